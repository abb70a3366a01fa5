import { BASE_URLS, type PLAN_REQUESTS_PER_SECOND } from '../extend/api/limits';

/** The name of the credential type in n8n. */
export const CREDENTIAL_TYPE = 'extendApi';

/** The fields of the credential, as its panel shows them. */
export interface ExtendCredential {
  apiToken: string;
  region: keyof typeof BASE_URLS | 'custom';
  baseUrl?: string;
  workspaceId?: string;
  plan: keyof typeof PLAN_REQUESTS_PER_SECOND | 'custom';
  requestsPerSecond?: number;
  webhookSigningSecret?: string;
}

/** The base URL a credential stands for, without a trailing slash. */
export const baseUrlOf = ({ region, baseUrl }: Pick<ExtendCredential, 'region' | 'baseUrl'>): string =>
  (region === 'custom' ? (baseUrl ?? '') : (BASE_URLS[region] ?? '')).trim().replace(/\/+$/, '');

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
