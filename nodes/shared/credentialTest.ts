import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import { acceptsAnyCertificate, baseUrlOf, baseUrlProblem, type ExtendCredential, headersFor } from '../../transport/credential';
import { networkFailure } from '../../transport/networkFailure';

const TIMEOUT_MS = 30_000;

const REDIRECT = 'This address only leads to another one, to which the token is not sent. Check the base URL, its https:// included.';

const BY_STATUS: Record<number, string> = {
  301: REDIRECT,
  302: REDIRECT,
  307: REDIRECT,
  308: REDIRECT,
  400: 'Extend knows the token but refused the request. An organization-wide token needs the workspace ID; check that it is filled in and right.',
  401: 'Extend does not know this token in this region. Check that the token is copied whole and not revoked, and that it was made in the chosen region.',
  403: 'The token is right but may not read workflows. Use a token with that permission, and check the workspace ID.',
  404: 'There is no Extend API at this address. Check the region or the base URL.',
};

const NO_API = 'This address answers, but not as the Extend API does. Check the base URL, and any proxy on the way.';

const isList = (body: unknown): boolean => typeof body === 'object' && body !== null && Array.isArray((body as { data?: unknown }).data);

/**
 * Tests a credential with one small request. A function, because n8n itself would show the bare code of whatever keeps a
 * request from being sent or answered, such as ECONNREFUSED.
 */
export async function extendApiTest(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted<ICredentialDataDecryptedObject>): Promise<INodeCredentialTestResult> {
  const problem = await problemOf(this, (data ?? {}) as unknown as ExtendCredential);
  return problem === undefined ? { status: 'OK', message: 'Connection successful!' } : { status: 'Error', message: problem };
}

async function problemOf({ helpers }: ICredentialTestFunctions, credential: ExtendCredential): Promise<string | undefined> {
  const baseUrl = baseUrlOf(credential);
  const flaw = baseUrlProblem(baseUrl);
  if (flaw) return `${flaw}. Enter the whole address, such as https://extend.example.com.`;
  const options = {
    method: 'GET',
    uri: `${baseUrl}/workflows`,
    qs: { maxPageSize: 1 },
    headers: headersFor(credential),
    json: true,
    timeout: TIMEOUT_MS,
    // n8n would take the token along to whatever host a redirect names.
    followRedirect: false,
    rejectUnauthorized: !acceptsAnyCertificate(credential),
    simple: false,
    resolveWithFullResponse: true,
  };
  try {
    const { statusCode, body } = (await helpers.request(options)) as { statusCode: number; body: unknown };
    if (statusCode === 200) return isList(body) ? undefined : NO_API;
    return BY_STATUS[statusCode] ?? `Extend answered with status ${statusCode}. Try again later, and check the region or the base URL.`;
  } catch (error) {
    return unreachable(networkFailure(error, baseUrl), credential);
  }
}

/** What keeps this n8n from reaching Extend, and what to do about it. */
function unreachable(failure: Error, { region }: ExtendCredential): string {
  const code = (failure instanceof ExtendApiFailure && failure.code) || '';
  const isCustom = region === 'custom';
  const advice = /CERT|SIGNATURE|SELF_SIGNED/.test(code)
    ? `Its certificate is not trusted.${isCustom ? ' Install a valid one, or turn on Ignore SSL Issues (Insecure).' : ' Check any proxy on the way.'}`
    : isCustom
      ? 'Check the base URL and its port, and that this n8n may connect to it.'
      : 'Check that this n8n may connect to the internet, and any proxy on the way.';
  return `${failure.message}. ${advice}`;
}
