import type { IDataObject } from 'n8n-workflow';
import { binaryOf, type EngineOptions, useBinaryMode } from '../../harness/engine';
import { onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const invoices = (from: number, to: number): IDataObject[] =>
  Array.from({ length: to - from }, (_, i) => ({ number: `INV-${from + i}`, text: `Invoice INV-${from + i}` }));

const batchRun = async (input: EngineOptions['input'], options: IDataObject = {}, parameters: IDataObject = {}, more: Partial<EngineOptions> = {}) =>
  await batchRunOn(() => sandbox, { ...FROM_TEXT, output: 'perInput' })(input, { ...parameters, options: { deduplicationKey: '={{ $json.number }}', lookForLostSeconds: 0, ...options } }, more);

const statusOf = ({ status, batchId, details, error }: IDataObject): unknown =>
  error ? (details as IDataObject).status : (status ?? (batchId ? 'submitted' : 'nothing'));
const reads = () => sandbox.ledger().requests.filter(({ path }) => /^\/workflow_runs\/workflow_run_/.test(path)).length;
const posts = () => sandbox.ledger().requests.filter(({ method }) => method === 'POST').length;

/** Runs of the ledger by the key in their metadata. */
const runsByKey = (): Map<string, string[]> => {
  const byKey = new Map<string, string[]>();
  for (const { id, metadata } of sandbox.ledger().runs) {
    const { deduplicationKey: key } = metadata.n8n as { deduplicationKey: string };
    byKey.set(key, [...(byKey.get(key) ?? []), id]);
  }
  return byKey;
};
const eachOnce = () => expect([...runsByKey().values()].every((ids) => ids.length === 1)).toBe(true);

describe('running again after a crash', () => {
  it('submits only what was not submitted, and tells where the rest is', async () => {
    await batchRun(invoices(0, 6), { inputsPerBatch: 3 });
    const before = posts();
    const { json, origins, hints } = await batchRun(invoices(0, 10), { inputsPerBatch: 3 }, {}, { lookBack: true });
    expect(json.map(statusOf)).toEqual([...Array<string>(6).fill('alreadySubmitted'), ...Array<string>(4).fill('submitted')]);
    expect(origins.map((origin) => (origin as IDataObject).number)).toEqual(invoices(0, 10).map(({ number }) => number));
    const byKey = runsByKey();
    const batches = new Map(sandbox.ledger().batches.flatMap(({ batchId, runIds }) => runIds.map((id) => [id, batchId])));
    for (const [i, item] of json.slice(0, 6).entries()) {
      const runId = byKey.get(`INV-${i}`)?.[0] as string;
      expect(item).toMatchObject({ workflowRunId: runId, batchId: batches.get(runId), deduplicationKey: `INV-${i}`, workflowId: sandbox.workflowId, itemIndex: i });
    }
    eachOnce();
    expect(byKey.size).toBe(10);
    expect(posts() - before).toBe(2);
    expect(hints.map(({ message }) => message)).toContain('6 documents skipped as already submitted; 6 earlier runs read to find out');
  });

  it('finds the batch whose answer was lost', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', nth: 2, fault: { kind: 'reset', when: 'after' } });
    const options = { inputsPerBatch: 2, lookForLostSeconds: 0 };
    sandbox.configure({ listDelayMs: 300 });
    const { error } = await batchRun(invoices(0, 4), options);
    expect(error?.message).toBe('It is unknown whether Extend took this batch');
    expect(error?.description).toContain('running the node again looks for it by the Deduplication Key');
    expect(error?.description).toContain('running the node again skips them');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { json } = await batchRun(invoices(0, 4), options);
    expect(json.map(statusOf)).toEqual(Array(4).fill('alreadySubmitted'));
    eachOnce();
  });

  it('with one item per batch, each document that was skipped has an item', async () => {
    await batchRun(invoices(0, 2));
    const { json, items } = await batchRun(invoices(0, 5), {}, { output: 'perBatch' });
    expect(json.map(({ status, inputCount }) => status ?? inputCount)).toEqual([3, 'alreadySubmitted', 'alreadySubmitted']);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([[{ item: 2 }, { item: 3 }, { item: 4 }], { item: 0 }, { item: 1 }]);
  });

  it('and waiting, returns all results alike, each on its item', async () => {
    await batchRun(invoices(0, 3));
    const { json, origins } = await batchRun([...invoices(1, 6), ...invoices(0, 1)], {}, { waitForCompletion: 'poll' }, { lookBack: true });
    expect(json.map(({ status }) => status)).toEqual(Array(6).fill('PROCESSED'));
    expect(json.map(({ alreadySubmitted }) => alreadySubmitted ?? false)).toEqual([true, true, false, false, false, true]);
    for (const [i, result] of json.entries()) {
      const { number } = origins[i] as IDataObject;
      expect(JSON.stringify(result.outputs)).toContain(number);
      expect(result.workflowRunId).toBe(runsByKey().get(String(number))?.[0]);
    }
    eachOnce();
  });

  it('by n8n itself, with Retry On Fail, submits every document once, also when Extend lists it late', async () => {
    sandbox.configure({ listDelayMs: 400 });
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', nth: 4, fault: { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'no', retryable: false } } });
    const retry = { node: { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 } };
    // All four batches go out together; when n8n tries again at once, none of the three that were taken is listed yet.
    const { json, error } = await batchRun(invoices(0, 8), { inputsPerBatch: 2, lookForLostSeconds: 0.5 }, {}, retry);
    expect(error).toBeUndefined();
    expect(json).toHaveLength(8);
    expect(runsByKey().size).toBe(8);
    eachOnce();
  });

  it('in a loop, waits for nothing between its rounds', async () => {
    const begin = Date.now();
    const { run } = await batchRun(invoices(0, 1), { deduplicationKey: '={{ $runIndex }}', lookForLostSeconds: 60 }, {}, { twice: true });
    expect(run.data.resultData.runData.Extend?.map(({ executionStatus }) => executionStatus)).toEqual(['success', 'success']);
    expect([...runsByKey().keys()].sort()).toEqual(['0', '1']);
    expect(Date.now() - begin).toBeLessThan(8000);
  });

  it('submits failed documents again', async () => {
    await batchRun([{ number: 'a', text: 'FAIL' }, { number: 'b', text: 'fine' }], {}, { waitForCompletion: 'poll' });
    const { json } = await batchRun([{ number: 'a', text: 'mended' }, { number: 'b', text: 'fine' }]);
    expect(json.map(statusOf)).toEqual(['submitted', 'alreadySubmitted']);
    expect(runsByKey().get('a')).toHaveLength(2);
  });

  it('uploads no file of a document that was submitted', async () => {
    await useBinaryMode('filesystem');
    const file = await binaryOf(Buffer.from('%PDF-1.4'), 'a.pdf');
    const item = (number: string) => ({ json: { number }, binary: { data: { ...file } } });
    await batchRun([item('a')], {}, { fileSource: 'binary' });
    const { json } = await batchRun([item('a')], {}, { fileSource: 'binary' });
    expect(json.map(statusOf)).toEqual(['alreadySubmitted']);
    expect(sandbox.ledger().files).toHaveLength(1);
  });

  it('costs each earlier run one read, and no read the next time', async () => {
    await batchRun(invoices(0, 40), { inputsPerBatch: 10 });
    const before = reads();
    await batchRun(invoices(40, 41));
    expect(reads() - before).toBe(40);
    await batchRun(invoices(41, 42));
    expect(reads() - before).toBe(41);
  });

  it('feeds Get Batch Results, which puts each result on the item that was skipped', async () => {
    await batchRun(invoices(0, 3));
    const { json } = await batchRun([...invoices(2, 3), ...invoices(0, 1)]);
    const { json: results, items } = await onSandbox(() => sandbox)('workflowRun', 'getBatchResults', { batchId: '={{ $json.batchId }}' }, json);
    for (const [item, { workflowRunId }] of json.entries()) {
      const i = results.findIndex((result) => result.workflowRunId === workflowRunId);
      expect(items[i]?.pairedItem).toEqual({ item });
    }
  });
});

describe('the same key twice in one input', () => {
  it('is submitted once; the other item says of which it is a repeat', async () => {
    const { json, items } = await batchRun([...invoices(0, 2), ...invoices(0, 1)]);
    expect(json.map(statusOf)).toEqual(['submitted', 'submitted', 'alreadySubmitted']);
    expect(json[2]).toMatchObject({ duplicateOf: 0, batchId: json[0]?.batchId, deduplicationKey: 'INV-0' });
    expect(items[2]?.pairedItem).toEqual({ item: 2 });
    expect(sandbox.ledger().runs).toHaveLength(2);
  });

  it('gets the result of the first one when waiting', async () => {
    const { json } = await batchRun([...invoices(0, 1), ...invoices(0, 1)], {}, { waitForCompletion: 'poll' });
    expect(json).toMatchObject([{ status: 'PROCESSED' }, { status: 'PROCESSED', alreadySubmitted: true, duplicateOf: 0, workflowRunId: json[0]?.workflowRunId }]);
  });

  it('is reported as not sent when the first one is refused', async () => {
    const bad = { number: 'x', id: 'file_missing' };
    const { json } = await batchRun([bad, bad], {}, { fileSource: 'fileId', fileId: '={{ $json.id }}' }, continueOnFail);
    expect(json.map(statusOf)).toEqual(['rejected', 'notSent']);
    expect(json[1]).toMatchObject({ error: 'The Deduplication Key is that of item 0, which was not submitted [item 1]', details: { duplicateOf: 0 } });
  });

  it('shows in a dry run, which asks Extend nothing', async () => {
    const { json } = await batchRun([...invoices(0, 2), ...invoices(0, 1)], { dryRun: true });
    expect(json).toMatchObject([{ dryRun: true, inputCount: 2 }, { status: 'alreadySubmitted', duplicateOf: 0 }]);
    expect(sandbox.ledger().requests).toEqual([]);
  });
});

describe('a Deduplication Key', () => {
  it.each<[string, IDataObject[], IDataObject, IDataObject, RegExp]>([
    ['that is empty for an item', [{ number: 'a', text: 'x' }, { text: 'x' }], {}, {}, /^Deduplication Key is empty \[item 1\]$/],
    ['that is an object', [{ number: { a: 1 }, text: 'x' }], {}, {}, /^Deduplication Key is not a text or number \[item 0\]$/],
    ['without correlation metadata', [{ number: 'a', text: 'x' }], { addCorrelationMetadata: false }, {}, /^Deduplication Key needs Add Correlation Metadata \[item 0\]$/],
    ['where the metadata has its own entry', [{ number: 'a', text: 'x' }], {}, { metadataMode: 'json', metadataJson: '{"n8n": 1}' }, /^Metadata has an entry "n8n" of its own \[item 0\]$/],
  ])('%s is refused before anything is sent', async (_, input, options, parameters, message) => {
    const { error } = await batchRun(input, options, parameters);
    expect(error?.message).toMatch(message);
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('may be a number, and is hashed when it is long', async () => {
    await batchRun([{ number: 17, text: 'x' }, { number: 'k'.repeat(100), text: 'y' }]);
    expect([...runsByKey().keys()].sort()).toEqual(['17', expect.stringMatching(/^sha256:[0-9a-f]{32}$/)]);
    const { json } = await batchRun([{ number: '17', text: 'x' }, { number: 'k'.repeat(100), text: 'y' }]);
    expect(json.map(statusOf)).toEqual(['alreadySubmitted', 'alreadySubmitted']);
  });

  it('is only noted with Look Back 0; then Retry On Fail stays refused', async () => {
    await batchRun(invoices(0, 2), { lookBackHours: 0 });
    const { json } = await batchRun(invoices(0, 2), { lookBackHours: 0 });
    expect(json.map(statusOf)).toEqual(['submitted', 'submitted']);
    expect([...runsByKey().values()].map((ids) => ids.length)).toEqual([2, 2]);
    const { error } = await batchRun(invoices(0, 2), { lookBackHours: 0 }, {}, { node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } });
    expect(error?.message).toBe('Batch Run does not work with the setting Retry On Fail');
  });

  it('that cannot be looked up sends nothing', async () => {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'no', retryable: false } } });
    const { error } = await batchRun(invoices(0, 2));
    expect(error?.message).toBe('Documents that were submitted before could not be looked up, so nothing was sent');
    expect(posts()).toBe(0);
  });

  it('takes what was submitted off Maximum Inputs', async () => {
    await batchRun(invoices(0, 5));
    expect((await batchRun(invoices(0, 7), { maximumInputs: 2 })).error).toBeUndefined();
    expect((await batchRun(invoices(0, 10), { maximumInputs: 2 })).error?.message).toBe('3 inputs, but Maximum Inputs is 2');
  });
});
