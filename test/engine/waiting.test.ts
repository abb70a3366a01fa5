/** Waiting for results: its end by the user, by the time limit, and what it survives. */
import type { IDataObject } from 'n8n-workflow';
import type { EngineOptions } from '../../harness/engine';
import { byId, credentialOf, onSandbox, pause } from '../../harness/onSandbox';
import { type Sandbox, startSandbox } from '../../sandbox';
import { batchRunOn, FROM_TEXT, FROM_URL } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

type Input = EngineOptions['input'];

const on = onSandbox(() => sandbox);
const batchRun = batchRunOn(() => sandbox, FROM_URL);
const run = async (input: Input, parameters: IDataObject, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), ...parameters }, input, more);
const toErrorOutput = { node: { onError: 'continueErrorOutput' as const } };
const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });

describe('stopping and waiting', () => {
  const poll = { fileSource: 'text', text: 'Invoice', waitForCompletion: 'poll' };

  it('stops when the user stops the execution', async () => {
    await using slow = await startSandbox({ runMs: 60_000 });
    const started = Date.now();
    const { run } = await batchRun([good()], { ...poll, workflow: { __rl: true, mode: 'id', value: slow.workflowId } }, {
      credential: credentialOf(sandbox, { baseUrl: slow.url, apiToken: slow.token }),
      stopAfterMs: 700,
    });
    const lists = slow.ledger().requests.length;
    expect(run.status).toBe('canceled');
    expect(Date.now() - started).toBeLessThan(10_000);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(slow.ledger().requests.length).toBe(lists);
  });

  it('returns what is there when the time is over, each on its item, or fails on request', async () => {
    await using slow = await startSandbox({ runMs: 60_000 });
    const wait = async (options: IDataObject) =>
      await batchRun([good(), good(1)], { ...poll, workflow: { __rl: true, mode: 'id', value: slow.workflowId }, options: { timeLimitMinutes: 0.02, ...options } }, {
        credential: credentialOf(sandbox, { baseUrl: slow.url, apiToken: slow.token }),
      });
    const { json, items, hints } = await wait({});
    expect(json).toMatchObject([{ status: 'PROCESSING', timedOut: true }, { status: 'PROCESSING', timedOut: true }]);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
    expect(hints.at(-1)?.message).toBe('2 documents not done yet');
    const { error } = await wait({ onTimeLimit: 'fail' });
    expect(error?.message).toBe('2 documents not done after 0.02 minutes');
    expect(error?.description).toContain(slow.ledger().batches.at(-1)?.batchId);
  });

  it('survives failed polls', async () => {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', times: 2, fault: { kind: 'status', status: 503, body: '<html></html>', headers: { 'retry-after': '0' } } });
    const { json, error } = await batchRun([good()], poll);
    expect(error).toBeUndefined();
    expect(json).toMatchObject([{ status: 'PROCESSED' }]);
  });
});

it('Run at its time limit keeps what is done, and names the runs that are not, with Continue On Fail', async () => {
  const { json: done } = await run([{ text: 'a' }], FROM_TEXT);
  await pause(60);
  sandbox.configure({ runMs: 60_000 });
  const { outputs } = await run([{ text: 'slow' }, { text: 'slow too' }], { ...FROM_TEXT, waitForCompletion: 'poll', options: { timeLimitMinutes: 0.01, onTimeLimit: 'fail' } }, toErrorOutput);
  const slow = sandbox.ledger().runs.map(({ id }) => id).filter((id) => id !== done[0]?.workflowRunId);
  expect(outputs[0]).toEqual([]);
  expect(outputs[1]?.map(({ json }) => (json.details as IDataObject).workflowRunId).sort()).toEqual(slow.sort());
});
