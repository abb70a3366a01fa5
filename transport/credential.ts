import { API_VERSION, BASE_URLS, PLAN_REQUESTS_PER_SECOND } from '../extend/api/limits';

/** The name of the credential type in n8n. */
export const CREDENTIAL_TYPE = 'extendApi';

/** The fields of the credential, as its panel shows them. Expressions and overwrites may give other types of values. */
export interface ExtendCredential {
  apiToken: string;
  region: keyof typeof BASE_URLS | 'custom';
  baseUrl?: string;
  ignoreSSLIssues?: boolean;
  workspaceId?: string;
  plan: keyof typeof PLAN_REQUESTS_PER_SECOND | 'custom';
  requestsPerSecond?: number;
  webhookSigningSecret?: string;
}

/** A field as text, without the blanks and line breaks that copying leaves around it. */
const fieldText = (value: unknown): string => String(value ?? '').trim();

/** The token as it is sent. Whatever else depends on the token must use this form too. */
export const tokenOf = ({ apiToken }: Pick<ExtendCredential, 'apiToken'>): string => fieldText(apiToken);

/** The base URL a credential stands for, without a trailing slash. */
export const baseUrlOf = ({ region, baseUrl }: Pick<ExtendCredential, 'region' | 'baseUrl'>): string =>
  fieldText(region === 'custom' ? baseUrl : BASE_URLS[region]).replace(/\/+$/, '');

/** Secrets of endpoints that were made by hand: one, or two while one replaces the other. */
export const signingSecretsOf = ({ webhookSigningSecret }: Pick<ExtendCredential, 'webhookSigningSecret'>): string[] =>
  fieldText(webhookSigningSecret).split(/[\s,]+/).filter((secret) => secret !== '');

/** Whether any certificate is accepted: only a private deployment may have one that no authority has signed. */
export const acceptsAnyCertificate = ({ region, ignoreSSLIssues }: Pick<ExtendCredential, 'region' | 'ignoreSSLIssues'>): boolean =>
  region === 'custom' && ignoreSSLIssues === true;

/** The headers of every request. Without a workspace its header must be absent, not empty. */
export function headersFor(credential: Pick<ExtendCredential, 'apiToken' | 'workspaceId'>): Record<string, string> {
  const workspaceId = fieldText(credential.workspaceId);
  return {
    Authorization: `Bearer ${tokenOf(credential)}`,
    'x-extend-api-version': API_VERSION,
    ...(workspaceId && { 'x-extend-workspace-id': workspaceId }),
  };
}

/** Requests per second that the plan allows. */
export const rateOf = ({ plan, requestsPerSecond }: Pick<ExtendCredential, 'plan' | 'requestsPerSecond'>): number => {
  const slowest = PLAN_REQUESTS_PER_SECOND.payAsYouGo;
  return (plan === 'custom' ? Number(requestsPerSecond) : PLAN_REQUESTS_PER_SECOND[plan]) || slowest;
};

/** What is wrong with a base URL; the text does not repeat it, because it may hold a password. */
export function baseUrlProblem(baseUrl: string): string | undefined {
  if (baseUrl === '') return 'The base URL is empty';
  if (!URL.canParse(baseUrl)) return 'The base URL is not a web address';
  const { protocol, username, password, search, hash } = new URL(baseUrl);
  if (!/^https?:$/.test(protocol)) return 'The base URL is not an http or https address';
  // They would be sent in the place of the API token.
  if (username || password) return 'The base URL has a user name or password in it; Extend takes the API token only';
  return search || hash ? 'The base URL has a ? or # in it' : undefined;
}
