/** Items and settings that nobody expects: no good item suffers, none is passed on as if it had gone well, and no secret shows. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { binaryOf, type EngineOptions, runExtend } from '../../harness/engine';
import { byId, credentialOf, onSandbox, pause } from '../../harness/onSandbox';
import { MAX_PAYLOAD_BYTES } from '../../nodes/ExtendTrigger/payload';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

type Input = EngineOptions['input'];

const on = onSandbox(() => sandbox);
const batchRun = async (input: Input, parameters: IDataObject, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', 'batchRun', { workflow: byId(sandbox.workflowId), ...parameters }, input, more);
const run = async (input: Input, parameters: IDataObject, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), ...parameters }, input, more);

const continued = { node: { onError: 'continueRegularOutput' as const } };
const toErrorOutput = { node: { onError: 'continueErrorOutput' as const } };
const text = { fileSource: 'text', text: '={{ $json.text }}' };
const skip = { options: { onInvalidItems: 'skip' } };
const errorsOf = (json: IDataObject[]) => json.flatMap(({ error }) => (error === undefined ? [] : [error]));

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
    const { json } = await (operation === 'run' ? run : batchRun)(items, { fileSource: 'binary', ...parameters }, continued);
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

describe('an item whose parameters n8n cannot read', () => {
  const workflow = { __rl: true, mode: 'url', value: '={{ $json.address }}' };
  const address = () => `https://dashboard.extend.ai/workflows/${sandbox.workflowId}`;
  const items = () => [{ address: address(), text: 'a' }, { address: 'https://example.com', text: 'b' }, { address: address(), text: 'c' }];

  it.each([
    ['batchRun', skip],
    ['run', {}],
  ] as const)('sinks no other (%s)', async (operation, parameters) => {
    const { json } = await (operation === 'run' ? run : batchRun)(items(), { ...text, ...parameters, workflow }, continued);
    expect(sandbox.ledger().runs.map(({ input }) => (input as IDataObject).text).sort()).toEqual(['a', 'c']);
    expect(errorsOf(json)).toEqual(['A field cannot be read [item 1]']);
  });

  it.each([0, 1])('sinks no other when an option of item %i fails', async (bad) => {
    const fileName = '={{ $json.text === "bad" ? $("Nowhere").item.json.name : $json.text }}';
    const texts = [0, 1, 2].map((i) => ({ text: i === bad ? 'bad' : `good ${i}` }));
    const { json } = await batchRun(texts, { ...text, options: { onInvalidItems: 'skip', fileName } });
    expect(sandbox.ledger().runs).toHaveLength(2);
    expect(errorsOf(json)).toEqual([`A field cannot be read [item ${bad}]`]);
  });

  it.each(['run', 'batchRun'])('keeps everything from being sent when it says how the result shall look (%s)', async (operation) => {
    const parameters = { ...text, waitForCompletion: 'poll', simplify: '={{ $json.text === "bad" ? $("Nowhere").item.json.full : true }}' };
    const { json } = await on('workflowRun', operation, { workflow: byId(sandbox.workflowId), ...parameters }, [{ text: 'bad' }, { text: 'good' }], continued);
    expect(errorsOf(json)).toHaveLength(2);
    expect(sandbox.ledger().runs).toEqual([]);
  });

  it("ends the node with n8n's own error", async () => {
    const { error } = await batchRun(items(), { ...text, workflow });
    expect(error?.message).toContain('the URL entered is incorrect');
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('is an error item of Get Batch Results, beside the results of the others', async () => {
    const { json: submitted } = await batchRun([{ text: 'a' }], text);
    await pause(60);
    const batchId = "={{ $json.batchId ?? $('Nowhere').item.json.batchId }}";
    const { json } = await on('workflowRun', 'getBatchResults', { batchId }, [submitted[0] as IDataObject, {}], continued);
    expect(json.filter(({ status }) => status === 'PROCESSED')).toHaveLength(1);
    expect(errorsOf(json)).toHaveLength(1);
    const options = { separateRunning: true, timeLimit: '={{ $json.limit }}' };
    const { outputs } = await on('workflowRun', 'getBatchResults', { options }, [{ ...submitted[0], limit: 5 }, { batchId: 'batch_2', limit: null }], continued);
    expect(outputs[0]?.map(({ json: { status, error } }) => status ?? error)).toEqual(['PROCESSED', expect.stringContaining('Time Limit is not a number')]);
  });
});

describe('a number that is none', () => {
  it.each<[string, IDataObject]>([
    ['Uploads at Once', { uploadConcurrency: 0.5 }],
    ['Uploads at Once', { uploadConcurrency: 1000 }],
    ['Look for Lost', { lookForLost: '60 s' }],
    ['Maximum Inputs', { maximumInputs: '1,000' }],
    ['Look Back', { deduplicationKey: 'x', lookBack: '24h' }],
    ['Look Back', { deduplicationKey: 'x', lookBack: null }],
    ['Time Limit', { timeLimit: '30 min' }],
    ['Inputs per Batch', { inputsPerBatch: 0 }],
  ])('%s %j is refused before anything is sent, with Continue On Fail for every item', async (label, options) => {
    const parameters = { ...text, options, waitForCompletion: 'poll' };
    const { error } = await batchRun([{ text: 'a' }, { text: 'b' }], parameters);
    expect(error).toMatchObject({ message: expect.stringContaining(`${label} is not a number`), description: expect.stringContaining('Nothing was sent') });
    const { json } = await batchRun([{ text: 'a' }, { text: 'b' }], parameters, continued);
    expect(errorsOf(json)).toHaveLength(2);
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('as a text is a number', async () => {
    const { json } = await batchRun([{ text: 'a' }, { text: 'b' }, { text: 'c' }], { ...text, options: { inputsPerBatch: '2' } });
    expect(json.map(({ inputCount }) => inputCount).sort()).toEqual([1, 2]);
  });

  it('is refused by lists too', async () => {
    const { error } = await on('file', 'getAll', { limit: '={{ "many" }}' });
    expect(error?.message).toContain('Limit is not a number of at least 1');
  });

  it('a file name may be a number', async () => {
    const item = { json: { number: 17 }, binary: { data: await binaryOf(Buffer.from('Invoice'), 'a.txt', 'text/plain') } };
    const { json } = await on('file', 'upload', { options: { fileName: '={{ $json.number }}' } }, [item]);
    expect(json).toMatchObject([{ name: '17' }]);
  });
});

it('an item with two problems is one error item that names both', async () => {
  const { json } = await batchRun([{ text: 'a' }, { text: '' }], { ...text, options: { onInvalidItems: 'skip', priority: '={{ $json.text ? 5 : 200 }}' } }, continued);
  expect(errorsOf(json)).toHaveLength(1);
  expect(json.find(({ error }) => error)).toMatchObject({ details: { itemIndex: 1, field: 'Priority', more: [{ field: 'Text' }] } });
});

it('a file that is twice in a package is named without its password and content', async () => {
  const data = await binaryOf(Buffer.from('secret content of the file'), 'a.txt', 'text/plain');
  const parameters = { fileSource: 'package', packageFiles: 'data, data', options: { pdfPassword: 'hunter2' } };
  const { error } = await run([{ json: {}, binary: { data } }], parameters);
  expect(error).toMatchObject({ message: 'Package Files names a file twice [item 0]', description: expect.stringContaining('"data"') });
  const { json } = await run([{ json: {}, binary: { data } }], parameters, continued);
  expect(JSON.stringify([error?.message, error?.description, json])).not.toMatch(/hunter2|c2VjcmV0/);
});

it('Run at its time limit keeps what is done, and names the runs that are not, with Continue On Fail', async () => {
  const { json: done } = await run([{ text: 'a' }], text);
  await pause(60);
  sandbox.configure({ runMs: 60_000 });
  const { outputs } = await run([{ text: 'slow' }, { text: 'slow too' }], { ...text, waitForCompletion: 'poll', options: { timeLimit: 0.01, onTimeLimit: 'fail' } }, toErrorOutput);
  const slow = sandbox.ledger().runs.map(({ id }) => id).filter((id) => id !== done[0]?.workflowRunId);
  expect(outputs[0]).toEqual([]);
  expect(outputs[1]?.map(({ json }) => (json.details as IDataObject).workflowRunId).sort()).toEqual(slow.sort());
});

it('a batch that cannot be read is an error for every item that names it', async () => {
  const { json: submitted } = await batchRun([{ text: 'a' }, { text: 'b' }], { ...text, output: 'perInput' });
  for (const operation of ['getBatchResults', 'cancelBatch']) {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs', times: 99, fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'no' } } });
    const { json } = await on('workflowRun', operation, {}, submitted, continued);
    expect(json.map(({ details }) => (details as IDataObject).itemIndex)).toEqual([0, 1]);
  }
});

it('an event whose payload is too large is downloaded once, and not asked for in another way', async () => {
  let downloads = 0;
  const storage = createServer((_, response) => {
    downloads++;
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let left = MAX_PAYLOAD_BYTES / chunk.length + 2;
    const send = () => {
      while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', send);
      response.end();
    };
    send();
  });
  await new Promise<void>((resolve) => void storage.listen(0, '127.0.0.1', resolve));
  const { port } = storage.address() as AddressInfo;
  const event = { eventId: 'event_1', eventType: 'workflow_run.completed', payload: { object: 'signed_data_url', id: 'workflow_run_1', data: `http://127.0.0.1:${port}/` }, receivedAt: new Date().toISOString() };
  const { error } = await runExtend({ type: 'n8n-nodes-extend.extendTrigger', mode: 'manual', parameters: { workflowSelection: 'all' }, credential: credentialOf(sandbox), input: [event] });
  storage.closeAllConnections();
  storage.close();
  expect(error).toMatchObject({ message: 'The payload of event event_1 could not be fetched', description: expect.stringContaining('larger than 100 MB') });
  expect(downloads).toBe(1);
  expect(sandbox.ledger().requests).toEqual([]);
});
