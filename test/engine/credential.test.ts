/** The test of the credential, and requests with it, as n8n sends them: what users enter, and servers of their own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CredentialTestContext } from 'n8n-core';
import { type IDataObject, injectDomainRestrictionFields } from 'n8n-workflow';
import { ExtendApi } from '../../credentials/ExtendApi.credentials';
import { ExtendTrigger } from '../../nodes/ExtendTrigger/ExtendTrigger.node';
import { type Sandbox, startSandbox } from '../../sandbox';
import { runExtend } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';

let sandbox: Sandbox;
let secure: Server;
const folder = mkdtempSync(join(tmpdir(), 'extend-certificate-'));

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = async (server: Server): Promise<Server> => await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

/** The sandbox behind a certificate that nobody trusts. */
async function startSecure(): Promise<Server> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  return await listening(
    createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
      const answer = await fetch(`${sandbox.url}${request.url}`, { method: request.method, headers: request.headers as Record<string, string> });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    }),
  );
}

beforeAll(async () => {
  sandbox = await startSandbox();
  secure = await startSecure();
});

afterAll(async () => {
  await new Promise((resolve) => secure.close(resolve).closeAllConnections());
  rmSync(folder, { recursive: true });
  await sandbox.close();
});

beforeEach(() => sandbox.reset());

async function test(more: IDataObject): Promise<{ status: string; message: string }> {
  const { extendApiTest } = new ExtendTrigger().methods.credentialTest;
  return await extendApiTest.call(new CredentialTestContext(), { id: '1', name: 'C', type: 'extendApi', data: credentialOf(sandbox, more) as never });
}

const secureUrl = () => `https://127.0.0.1:${portOf(secure)}`;

const getWorkflows = async (more: IDataObject) =>
  await runExtend({ input: [{}], parameters: { resource: 'workflow', operation: 'getAll' }, credential: credentialOf(sandbox, more) });

describe('the test of the credential', () => {
  it('is found by n8n', () => {
    expect(new ExtendTrigger().description.credentials).toMatchObject([{ name: new ExtendApi().name, testedBy: 'extendApiTest' }]);
  });

  it('passes with a token that Extend knows, blanks around it or not', async () => {
    expect(await test({})).toEqual({ status: 'OK', message: 'Connection successful!' });
    expect((await test({ apiToken: ` ${sandbox.token}\n` })).status).toBe('OK');
  });

  it.each<[string, IDataObject, RegExp]>([
    ['a wrong token', { apiToken: 'sk_wrong' }, /does not know this token in this region/],
    ['no https:// before the address', { baseUrl: 'extend.example.com' }, /^The base URL is not a web address\. Enter the whole address, such as https:/],
    ['another protocol', { baseUrl: 'ftp://extend.example.com' }, /^The base URL is not an http or https address\. Enter/],
    ['no address', { baseUrl: ' ' }, /^The base URL is empty\. Enter/],
    ['an address that is a number', { baseUrl: 17 }, /^The base URL is not a web address\. Enter/],
    ['a closed port', { baseUrl: 'http://127.0.0.1:9' }, /^No answer came from http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)\. Check the base URL and its port/],
    ['a host that does not exist', { baseUrl: 'https://extend.invalid' }, /\((?:ENOTFOUND|EAI_AGAIN)\)\. Check the base URL/],
  ])('says what to do about %s', async (_, more, message) => {
    const result = await test(more);
    expect(result.status).toBe('Error');
    expect(result.message).toMatch(message);
  });

  it.each<[string, number, Record<string, string>, string, RegExp]>([
    ['a web site', 200, { 'content-type': 'text/html' }, '<html>', /answers, but not as the Extend API does/],
    ['a redirect', 301, { location: 'https://elsewhere.example.com/' }, '', /to which the token is not sent/],
    ['a server that fails', 503, {}, '', /^Extend answered with status 503\. Try again later/],
    ['no such path', 404, {}, '{}', /no Extend API at this address/],
  ])('says what to do about %s', async (_, status, headers, body, message) => {
    const server = await listening(createServer((__, response) => response.writeHead(status, headers).end(body)));
    expect((await test({ baseUrl: `http://127.0.0.1:${portOf(server)}` })).message).toMatch(message);
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
  });
});

describe('a certificate that no authority has signed', () => {
  it('is refused unless SSL issues are ignored', async () => {
    const baseUrl = secureUrl();
    expect((await test({ baseUrl })).message).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT.*turn on Ignore SSL Issues/);
    expect((await getWorkflows({ baseUrl })).error?.description).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(sandbox.ledger().requests).toEqual([]);
    expect((await test({ baseUrl, ignoreSSLIssues: true })).status).toBe('OK');
    const { json, error } = await getWorkflows({ baseUrl, ignoreSSLIssues: true });
    expect(error).toBeUndefined();
    expect(json).toHaveLength(1);
  });

  it('is also that of the storage of a private deployment', async () => {
    const { workflowId } = sandbox;
    const stored = { object: 'signed_data_url', id: workflowId, data: `${secureUrl()}/workflows/${workflowId}` };
    const input = [{ eventId: 'e', eventType: 'workflow.created', payload: stored, receivedAt: 'now' } as unknown as IDataObject];
    const parameters = { events: ['workflow.created'], workflowSelection: 'all' };
    const emit = async (ignoreSSLIssues: boolean) =>
      await runExtend({ type: 'n8n-nodes-extend.extendTrigger', mode: 'manual', parameters, credential: credentialOf(sandbox, { ignoreSSLIssues }), input });
    // The storage was reached: it refuses what comes without a token, and the API is asked instead.
    await emit(true);
    const asked = sandbox.ledger().requests.length;
    sandbox.reset();
    await emit(false);
    expect(asked).toBeGreaterThan(sandbox.ledger().requests.length);
  }, 30_000);
});

describe('Allowed HTTP Request Domains', () => {
  it('is shown by n8n, so that the HTTP Request node can be kept from sending the token elsewhere', () => {
    expect(injectDomainRestrictionFields(new ExtendApi()).map(({ name }) => name)).toEqual(expect.arrayContaining(['allowedHttpRequestDomains', 'allowedDomains']));
  });

  it.each([{ allowedHttpRequestDomains: 'none' }, { allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' }])('does not keep these nodes from Extend: %j', async (restriction) => {
    expect((await test(restriction)).status).toBe('OK');
    expect((await getWorkflows(restriction)).error).toBeUndefined();
  });
});
