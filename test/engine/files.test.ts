/** Files and their names, of whatever kind. */
import { ExtendClient } from 'extend-ai';
import type { IDataObject } from 'n8n-workflow';
import { binaryOf, type EngineOptions, useBinaryMode } from '../../harness/engine';
import { byId, credentialOf, onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, errorsOf, skip } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

type Input = EngineOptions['input'];

const on = onSandbox(() => sandbox);
const batchRun = batchRunOn(() => sandbox);
const run = async (input: Input, parameters: IDataObject, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), ...parameters }, input, more);

beforeEach(async () => await useBinaryMode('filesystem'));

describe('names of files', () => {
  beforeEach(async () => await useBinaryMode('default'));

  const NAMES = ['plain.pdf', 'two "quotes".pdf', 'line\r\nbreak.pdf', 'Größe 文書 😀.pdf', 'semi;colon="x".pdf', '100%.pdf', 'a%22b.pdf', "it's.pdf", '../../etc/passwd.pdf', 'C:\\scans\\a.pdf'];

  it("arrive as Extend's own client sends them, and as nothing but names", async () => {
    const file = await binaryOf(Buffer.from('%PDF-1.4'), 'x.pdf');
    const input = NAMES.map((fileName) => ({ json: {}, binary: { data: { ...file, fileName } } }));
    const { error } = await batchRun(input, { fileSource: 'binary', options: { uploadsAtOnce: 1 } });
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

it('a file name may be a number', async () => {
  const item = { json: { number: 17 }, binary: { data: await binaryOf(Buffer.from('Invoice'), 'a.txt', 'text/plain') } };
  const { json } = await on('file', 'upload', { options: { fileName: '={{ $json.number }}' } }, [item]);
  expect(json).toMatchObject([{ name: '17' }]);
});

describe('a file that n8n has no longer', () => {
  const files = async () => {
    const items = await Promise.all([1, 2, 3].map(async (n) => ({ json: {}, binary: { data: await binaryOf(Buffer.from(`Invoice ${n}`), `${n}.txt`, 'text/plain') } })));
    const lost = items[1]?.binary.data as { id?: string };
    lost.id = String(lost.id).replace(/[^/]+$/, 'gone');
    return items;
  };

  it.each([
    ['batchRun', skip],
    ['run', {}],
  ] as const)('sinks no other (%s)', async (operation, parameters) => {
    const items = await files();
    const { json } = await (operation === 'run' ? run : batchRun)(items, { fileSource: 'binary', ...parameters }, continueOnFail);
    expect(sandbox.ledger().runs).toHaveLength(2);
    expect(errorsOf(json)).toEqual(['The file could not be uploaded to Extend']);
    expect(json.find(({ error }) => error)).toMatchObject({ message: expect.stringContaining('n8n cannot read the file'), details: { itemIndex: 1 } });
  });

  it('does not hide that the token is refused', async () => {
    const { error } = await batchRun(await files(), { fileSource: 'binary', ...skip }, { credential: credentialOf(sandbox, { apiToken: 'sk_wrong' }) });
    expect(error?.message).toBe('Extend did not accept the API token');
  });

  it('ends the node with an error that names the item', async () => {
    const { error } = await batchRun(await files(), { fileSource: 'binary' });
    expect(error).toMatchObject({ message: 'The file could not be uploaded to Extend', context: { itemIndex: 1 } });
    expect(sandbox.ledger().runs).toEqual([]);
  });
});

it('a file that is twice in a package is named without its password and content', async () => {
  const data = await binaryOf(Buffer.from('secret content of the file'), 'a.txt', 'text/plain');
  const parameters = { fileSource: 'package', packageFiles: 'data, data', options: { pdfPassword: 'hunter2' } };
  const { error } = await run([{ json: {}, binary: { data } }], parameters);
  expect(error).toMatchObject({ message: 'Package Files names a file twice [item 0]', description: expect.stringContaining('"data"') });
  const { json } = await run([{ json: {}, binary: { data } }], parameters, continueOnFail);
  expect(JSON.stringify([error?.message, error?.description, json])).not.toMatch(/hunter2|c2VjcmV0/);
});
