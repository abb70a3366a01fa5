import { ExtendClient } from 'extend-ai';
import type { IDataObject } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { binaryOf, type EngineOptions, runExtend, useBinaryMode } from '../../harness/engine';
import { byId, onSandbox } from '../../harness/onSandbox';
import { type Sandbox, startSandbox } from '../../sandbox';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ runMs: 20 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const credential = (more: IDataObject = {}): IDataObject => ({
  apiToken: sandbox.token,
  region: 'custom',
  baseUrl: sandbox.url,
  plan: 'custom',
  requestsPerSecond: 1000,
  ...more,
});

const on = onSandbox(() => sandbox);

const batchRun = async (input: EngineOptions['input'], parameters: IDataObject = {}, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', 'batchRun', { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}', ...parameters }, input, more);

const continueOnFail = { node: { onError: 'continueRegularOutput' as const } };
const requests = () => sandbox.ledger().requests;
const posts = () => requests().filter(({ path }) => path === '/workflow_runs/batch').length;

describe('names of files', () => {
  const NAMES = ['plain.pdf', 'two "quotes".pdf', 'line\r\nbreak.pdf', 'Größe 文書 😀.pdf', 'semi;colon="x".pdf', '100%.pdf', 'a%22b.pdf', "it's.pdf", '../../etc/passwd.pdf', 'C:\\scans\\a.pdf'];

  it("arrive as Extend's own client sends them, and as nothing but names", async () => {
    await useBinaryMode('default');
    const file = await binaryOf(Buffer.from('%PDF-1.4'), 'x.pdf');
    const input = NAMES.map((fileName) => ({ json: {}, binary: { data: { ...file, fileName } } }));
    const { error } = await batchRun(input, { fileSource: 'binary', options: { uploadConcurrency: 1 } });
    expect(error).toBeUndefined();
    const ours = sandbox.ledger().files.map(({ name }) => name);
    const sdk = new ExtendClient({ token: sandbox.token, baseUrl: sandbox.url });
    sandbox.reset();
    for (const name of NAMES) await sdk.files.upload(new File(['%PDF-1.4'], name), {});
    expect(ours).toEqual(sandbox.ledger().files.map(({ name }) => name));
    expect(ours.slice(-2)).toEqual(['passwd.pdf', 'a.pdf']);
  });

  it.each(['folder/', '\\', 'ends\\', '/'])('that are paths to nowhere do no harm: %s', async (fileName) => {
    const file = await binaryOf(Buffer.from('%PDF-1.4'), 'x.pdf');
    const { error } = await batchRun([{ json: {}, binary: { data: { ...file, fileName, mimeType: 'x\r\ny: z' } } }], { fileSource: 'binary' });
    expect(error).toBeUndefined();
    expect(sandbox.ledger().files).toMatchObject([{ name: expect.stringMatching(/^\w+$/), bytes: 8 }]);
  });
});

describe('metadata', () => {
  it('with the names of a prototype are data like any other, and change nothing', async () => {
    const metadataJson = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}, "toString": "x"}';
    await batchRun([{ text: 'x' }], { metadataMode: 'json', metadataJson }, continueOnFail);
    const fields = { field: [{ name: 'constructor', value: 'c' }, { name: 'hasOwnProperty', value: 'h' }] };
    const { error } = await batchRun([{ text: 'x' }], { metadataMode: 'fields', metadataFields: fields });
    expect(error).toBeUndefined();
    expect(sandbox.ledger().runs.at(-1)?.metadata).toMatchObject({ constructor: 'c', hasOwnProperty: 'h' });
    expect(({} as IDataObject).polluted).toBeUndefined();
  });

  it('with half a character is refused by name before anything is sent', async () => {
    const { error } = await batchRun([{ text: 'x' }, { text: 'x', cut: '😀'.slice(0, 1) }], {
      metadataMode: 'fields',
      metadataFields: { field: [{ name: 'note', value: '={{ $json.cut }}' }] },
    });
    expect(error?.message).toBe('Metadata has half a character (a lone surrogate) in it [item 1]');
    expect(error?.description).toContain('Given: "note"');
    expect(requests()).toEqual([]);
  });
});

describe('a base URL', () => {
  it('with a user name is refused, and its password is nowhere', async () => {
    const baseUrl = sandbox.url.replace('//', '//admin:hunter2@');
    const { error, run } = await batchRun([{ text: 'x' }], {}, { credential: credential({ baseUrl }) });
    expect(error?.message).toBe('Extend could not be reached');
    expect(error?.description).toContain('user name or password');
    expect(JSON.stringify(run)).not.toContain('hunter2');
    expect(requests()).toEqual([]);
  });

  it('may have a path', async () => {
    const seen: string[] = [];
    const gateway = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      request.resume();
      response.setHeader('content-type', 'application/json').end('{"batchId":"batch_1"}');
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/extend/v2/`;
    const { json } = await batchRun([{ text: 'x' }], {}, { credential: credential({ baseUrl }) });
    gateway.close();
    expect(json).toMatchObject([{ batchId: 'batch_1' }]);
    expect(seen).toEqual([`POST /extend/v2/workflow_runs/batch Bearer ${sandbox.token}`]);
  });
});

describe('a list without end', () => {
  it.each([
    ['the same page token for ever', { data: [], nextPageToken: 'again' }],
    ['a page token of a megabyte', { data: [], nextPageToken: 'x'.repeat(1_000_000) }],
    ['no list at all', { object: 'list' }],
  ])('%s: ends in a clear error', async (_, body) => {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', times: 1000, fault: { kind: 'status', status: 200, body } });
    const { error } = await runExtend({ input: [{}], credential: credential(), parameters: { resource: 'workflowRun', operation: 'getBatchResults', batchId: 'batch_1' } });
    expect(error?.message).toBe("Extend's answer could not be read");
    expect(requests().length).toBeLessThanOrEqual(2);
  });
});

describe('what is said of a batch whose answer was lost', () => {
  it.each<[string, IDataObject, RegExp]>([
    ['correlation is off', { options: { addCorrelationMetadata: false } }, /Add Correlation Metadata is off.*Turn the option on/],
    ['the metadata has its own entry', { metadataMode: 'json', metadataJson: '{"n8n": "mine"}' }, /an entry "n8n" of its own.*Rename that entry/],
    ['it is not there', { options: { lookForLost: 0 } }, /No run of it has shown up.*submission key [0-9a-f-]{36}/],
  ])('when %s', async (_, parameters, advice) => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'before' } });
    const { error } = await batchRun([{ text: 'x' }], parameters);
    expect(error?.message).toBe('It is unknown whether Extend took this batch');
    expect(error?.description).toMatch(advice);
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'before' } });
    const { json } = await batchRun([{ text: 'x' }], parameters, continueOnFail);
    expect(json).toMatchObject([{ details: { status: 'unknown', advice: expect.stringMatching(advice) } }]);
  });

  it('when the list of runs cannot be read', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'after' } });
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'no', retryable: false } } });
    const { error } = await batchRun([{ text: 'x' }]);
    expect(error?.description).toContain("Extend's list of runs could not be read");
  });
});

describe('refusals', () => {
  it('of the account stop everything: the batches that wait for their turn are not sent', async () => {
    const { json } = await batchRun(Array.from({ length: 40 }, () => ({ text: 'x' })), { options: { inputsPerBatch: 1 } }, { ...continueOnFail, credential: credential({ apiToken: 'sk_no_credits', plan: 'payAsYouGo' }) });
    const kinds = json.map(({ details }) => (details as IDataObject).status);
    expect(kinds.filter((kind) => kind === 'notSent').length).toBeGreaterThanOrEqual(38);
    expect(posts()).toBe(40 - kinds.filter((kind) => kind === 'notSent').length);
  });

  it('of one file name that file; the others of its batch are submitted and reported', async () => {
    const sdk = new ExtendClient({ token: sandbox.token, baseUrl: sandbox.url });
    const { id } = await sdk.files.upload(new File(['x'], 'a.txt'), {});
    const input = Array.from({ length: 50 }, (_, n) => ({ id: n === 17 ? 'file_that_is_not_there' : id }));
    const { json } = await batchRun(input, { fileSource: 'fileId', fileId: '={{ $json.id }}', output: 'perInput' }, continueOnFail);
    expect(json.filter(({ batchId }) => batchId)).toHaveLength(49);
    expect(json.at(-1)).toMatchObject({ details: { itemIndex: 17, status: 'rejected' } });
    expect(sandbox.ledger().runs).toHaveLength(49);
    expect(posts()).toBe(3);
  });

  it('of too many inputs say of the rest that they were not tried', async () => {
    const input = Array.from({ length: 100 }, (_, n) => ({ id: `file_that_is_not_there_${n}` }));
    const { json } = await batchRun(input, { fileSource: 'fileId', fileId: '={{ $json.id }}' }, continueOnFail);
    expect(json).toHaveLength(100);
    expect(json.at(-1)?.error).toBe('Extend refused too many inputs of this batch to try each one alone');
    expect(posts()).toBeLessThan(60);
  });
});
