import type { ExtendClient } from 'extend-ai';
import { type Fault, type Sandbox } from '../../sandbox';
import { clientOf } from '../../harness/sandboxClient';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10 });

const uploaded = async (name = 'a.txt', type = '') => (await client.files.upload(new File(['content'.repeat(20_000)], name, { type }), {})).id;
const addressOf = async (id: string) => (await client.files.retrieve(id)).presignedUrl ?? '';
/** Downloads with a fault that hits once. */
async function download(fault: Fault) {
  const url = await addressOf(await uploaded());
  sandbox.fault({ path: '^/_sandbox/storage/', fault });
  const first = await fetch(url).then(async (response) => ({ status: response.status, body: await response.text() })).catch(() => 'cut');
  return { first, second: (await fetch(url)).status, books: sandbox.ledger().downloads.map(({ status }) => status) };
}

describe('a download from storage', () => {
  it.each([503, 429, 403])('is answered with %i once, as storage does it: in XML', async (status) => {
    const body = '<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>';
    const seen = await download({ kind: 'status', status, body, headers: { 'content-type': 'application/xml' } });
    expect(seen).toEqual({ first: { status, body }, second: 200, books: [status, 200] });
  });

  it.each<[string, Fault, number]>([
    ['before anything is sent', { kind: 'reset', when: 'before' }, 0],
    ['once the file is found', { kind: 'reset', when: 'after' }, 200],
    ['in the midst of the file', { kind: 'truncated' }, 200],
  ])('is cut %s', async (_, fault, status) => {
    const { first, second, books } = await download(fault);
    expect([first, second, ...books]).toEqual(['cut', 200, status, 200]);
  });

  it('is not hit by rules about the API, whatever their path', async () => {
    const url = await addressOf(await uploaded());
    sandbox.fault({ fault: { kind: 'status', status: 500 } });
    sandbox.fault({ path: 'files', fault: { kind: 'status', status: 500 } });
    expect((await fetch(url)).status).toBe(200);
    await expect(client.files.list()).rejects.toMatchObject({ statusCode: 500 });
  });

  it('says only that there are bytes, or what was said at the upload', async () => {
    const typeOf = async (name: string, type: string) => (await fetch(await addressOf(await uploaded(name, type)))).headers.get('content-type');
    expect(await typeOf('Rechnung', 'application/pdf')).toBe('application/octet-stream');
    sandbox.configure({ downloadType: 'stored' });
    expect(await typeOf('Rechnung', 'application/pdf')).toBe('application/pdf');
    expect(await typeOf('Rechnung', '')).toBe('application/octet-stream');
  });
});

describe('an error in the shape of the API', () => {
  it.each([402, 403, 404, 422] as const)('with %i may say that another try could help', async (status) => {
    sandbox.fault({ path: '^/files$', fault: { kind: 'apiError', status, code: 'ODD', message: 'Odd', retryable: true } });
    const error = await client.files.list().then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toMatchObject({ statusCode: status, body: { code: 'ODD', message: 'Odd', retryable: true, requestId: expect.stringMatching(/^req_/) } });
    await client.files.list();
  });
});
