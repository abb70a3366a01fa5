/** Results that cannot be told from others, or read: every input is still accounted for. */
import type { IDataObject } from 'n8n-workflow';
import { byId, onSandbox, pause } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const on = onSandbox(() => sandbox);
const batchRun = batchRunOn(() => sandbox, FROM_TEXT);
const three = [{ text: 'a' }, { text: 'b' }, { text: 'c' }];

const loseRun = (id: string | undefined) =>
  sandbox.fault({ method: 'GET', path: `^/workflow_runs/${id}$`, fault: { kind: 'status', status: 404, body: { code: 'NOT_FOUND', message: 'gone', retryable: false } } });

const results = async (input: IDataObject[], options: IDataObject = {}) =>
  (await on('workflowRun', 'getBatchResults', { batchId: '={{ $json.batchId }}', options }, input)).json;

it('an input whose result cannot be told from others has an error item when the time limit fails', async () => {
  sandbox.configure({ runMs: 400, runsAtOnce: 1 });
  const { json } = await batchRun(three, { waitForCompletion: 'poll', options: { addCorrelationMetadata: false, timeLimitMinutes: 0.01, onTimeLimit: 'fail' } }, continueOnFail);
  const failed = json.filter(({ error }) => error !== undefined);
  expect(failed.map(({ details }) => (details as IDataObject).itemIndex)).toEqual([0, 1, 2]);
});

it('runs that fit no input share one list of the inputs they may be of', async () => {
  const { items } = await batchRun(three, { waitForCompletion: 'poll', options: { addCorrelationMetadata: false } });
  expect(items.map(({ pairedItem }) => pairedItem)).toEqual(three.map(() => [{ item: 0 }, { item: 1 }, { item: 2 }]));
  expect(new Set(items.map(({ pairedItem }) => pairedItem)).size).toBe(1);
});

describe('a run that Get Batch Results cannot read, with one item per document', () => {
  it.each([[{}], [{ statuses: ['PROCESSED'] }]])('is not left out: %j', async (options) => {
    const { json } = await batchRun(three, { output: 'perInput' });
    await pause(100);
    loseRun(sandbox.ledger().runs[1]?.id);
    expect((await results(json, options)).map(({ status }) => status).sort()).toEqual(['PROCESSED', 'PROCESSED', 'UNREADABLE']);
  });

  it('is not left out while others are processed', async () => {
    sandbox.configure({ runMs: 60_000 });
    const { json } = await batchRun(three, { output: 'perInput' });
    const id = sandbox.ledger().runs[1]?.id;
    loseRun(id);
    const shown = await results(json);
    expect(shown.map(({ status }) => status).sort()).toEqual(['PROCESSING', 'PROCESSING', 'UNREADABLE']);
    expect(shown.map(({ workflowRunId }) => workflowRunId)).toContain(id);
  });
});

it('a document that was skipped as submitted before stands for itself, whatever the size of its batch', async () => {
  const { json } = await batchRun(three, { output: 'perInput' });
  await pause(100);
  const [run] = sandbox.ledger().runs;
  const skipped = { batchId: json[0]?.batchId, status: 'alreadySubmitted', workflowRunId: run?.id, itemIndex: 0, inputCount: 3 } as IDataObject;
  expect(await results([skipped], { separateRunning: true })).toMatchObject([{ workflowRunId: run?.id, status: 'PROCESSED' }]);
});

it('Run starts in the order of the items, whatever their priorities', async () => {
  const input = [1, 2, 1].map((priority, i) => ({ priority, text: `document ${i}` }));
  // One at a time, so that the order of arrival is that of sending.
  const credential = { apiToken: sandbox.token, region: 'custom', baseUrl: sandbox.url, plan: 'custom', requestsPerSecond: 20 };
  await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}', options: { priority: '={{ $json.priority }}' } }, input, { credential });
  expect(sandbox.ledger().runs.map(({ metadata }) => (metadata.n8n as IDataObject).itemIndex)).toEqual([0, 1, 2]);
});

it('an error about very many runs names the first ones only', async () => {
  sandbox.configure({ runMs: 60_000 });
  const input = Array.from({ length: 30 }, (_, i) => ({ text: `document ${i}` }));
  const { json } = await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}', waitForCompletion: 'poll', options: { timeLimitMinutes: 0.005, onTimeLimit: 'fail' } }, input, continueOnFail);
  expect(json).toHaveLength(30);
  expect(String(json[29]?.message).match(/workflow_run_/g)).toHaveLength(20);
});
