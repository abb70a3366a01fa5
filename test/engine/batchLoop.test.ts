/** Get Batch Results with two outputs: what a loop on the canvas gets of batches that are done, running, or in trouble. */
import type { IDataObject } from 'n8n-workflow';
import { byId, onSandbox, pause } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started), {});

const on = onSandbox(() => sandbox);

const submit = async (texts: string[], output: 'perBatch' | 'perInput' = 'perBatch'): Promise<IDataObject[]> =>
  (await on('workflowRun', 'batchRun', { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}', output }, texts.map((text) => ({ text })))).json;

const look = async (input: IDataObject[], options: IDataObject = {}, more = {}) => {
  const parameters = { batchId: '={{ $json.batchId }}', options: { separateRunning: true, ...options } };
  const { outputs, error, hints } = await on('workflowRun', 'getBatchResults', parameters, input, more);
  return { done: outputs[0] ?? [], running: outputs[1] ?? [], error, hints };
};

const reads = () => sandbox.ledger().requests.filter(({ path }) => /^\/workflow_runs\/workflow_run_/.test(path)).length;

describe('a batch that is not done', () => {
  it('leaves by Still Running as the item that came in, with counts and an estimate, and no run is read', async () => {
    sandbox.configure({ runMs: 2000, runsAtOnce: 2 });
    const [batch] = await submit(['a', 'b', 'c', 'd', 'e', 'f']);
    const [fresh] = (await look([batch as IDataObject])).running;
    expect(fresh?.json).toMatchObject({ batchId: batch?.batchId, inputCount: 6, progress: { total: 6, listed: 6, ended: 0, secondsLeft: null, waitSeconds: 65 } });
    const ended = () => sandbox.ledger().runs.filter(({ status }) => status === 'PROCESSED').length;
    while (ended() < 2) await pause(20);
    const { done, running } = await look([{ ...fresh?.json }]);
    expect(done).toEqual([]);
    expect(running).toHaveLength(1);
    const progress = running[0]?.json.progress as IDataObject;
    expect(progress).toMatchObject({ ended: 2, statuses: { PROCESSED: 2, PROCESSING: 2, PENDING: 2 }, since: (fresh?.json.progress as IDataObject).since });
    expect(progress.secondsLeft).toBeGreaterThan(0);
    expect(running[0]?.pairedItem).toEqual({ item: 0 });
    expect(reads()).toBe(0);
  });

  it('is not done as long as runs are missing from the list', async () => {
    sandbox.configure({ runMs: 10 });
    const [batch] = await submit(['a', 'b']);
    await pause(40);
    expect((await look([{ ...batch, inputCount: 3 }])).running).toMatchObject([{ json: { progress: { total: 3, listed: 2, ended: 2 } } }]);
    expect((await look([{ batchId: batch?.batchId as string }], { inputCount: 3 })).running).toHaveLength(1);
    sandbox.configure({ listDelayMs: 60_000 });
    expect((await look([{ batchId: batch?.batchId as string }])).running).toMatchObject([{ json: { progress: { total: null, listed: 0 } } }]);
  });

  it('keeps one item per input, so that the loop does not lose whose is whose', async () => {
    sandbox.configure({ runMs: 150 });
    const inputs = await submit(['a', 'b', 'c'], 'perInput');
    const { running } = await look(inputs);
    expect(running.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
    await pause(200);
    const { done } = await look(running.map(({ json }) => json));
    expect(done).toHaveLength(3);
    for (const { json, pairedItem } of done) expect((json.source as IDataObject).itemIndex).toBe((pairedItem as { item: number }).item);
  });
});

describe('a batch that is done', () => {
  it('leaves by Done with its results, beside one that is not', async () => {
    sandbox.configure({ runMs: 10 });
    const [first] = await submit(['Invoice INV-1', 'FAIL', 'NEEDS REVIEW', 'REJECT', 'FUTURE STATUS']);
    await pause(60);
    sandbox.configure({ runMs: 60_000 });
    const [second] = await submit(['b']);
    const { done, running } = await look([first as IDataObject, second as IDataObject]);
    expect(done.map(({ json }) => json.status).sort()).toEqual(['ARCHIVED', 'FAILED', 'NEEDS_REVIEW', 'PROCESSED', 'REJECTED']);
    expect(done.map(({ pairedItem }) => pairedItem)).toEqual(done.map(() => ({ item: 0 })));
    expect(running.map(({ json, pairedItem }) => [json.batchId, pairedItem])).toEqual([[second?.batchId, { item: 1 }]]);
  });

  it('counts cancelled runs as done', async () => {
    sandbox.configure({ runMs: 60_000, cancelMs: 10 });
    const [batch] = await submit(['a', 'b']);
    await on('workflowRun', 'cancelBatch', { batchId: '={{ $json.batchId }}' }, [batch as IDataObject]);
    await pause(40);
    const { done } = await look([batch as IDataObject]);
    expect(done.map(({ json }) => json.status)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('shows a run that was deleted meanwhile as what it is', async () => {
    sandbox.configure({ runMs: 10 });
    const [batch] = await submit(['a', 'b']);
    await pause(40);
    sandbox.fault({ method: 'GET', path: '^/workflow_runs/workflow_run_', fault: { kind: 'status', status: 404, body: { code: 'NOT_FOUND', message: 'gone' } } });
    const { done } = await look([batch as IDataObject]);
    expect(done.map(({ json }) => json.status).sort()).toEqual(['PROCESSED', 'UNREADABLE']);
  });
});

describe('a batch in trouble', () => {
  it('goes around again when Extend hiccups, and says what it was', async () => {
    const [batch] = await submit(['a']);
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', times: 99, fault: { kind: 'status', status: 503, body: '', headers: { 'retry-after': '0' } } });
    const { done, running, error } = await look([batch as IDataObject]);
    expect([done, error]).toEqual([[], undefined]);
    expect(running).toMatchObject([{ json: { batchId: batch?.batchId, progress: { lastError: expect.stringContaining('503') } } }]);
  });

  it('ends with an error when the token is refused', async () => {
    const [batch] = await submit(['a']);
    const { error } = await look([batch as IDataObject], {}, { credential: { apiToken: 'sk_wrong', region: 'custom', baseUrl: sandbox.url, plan: 'custom', requestsPerSecond: 1000 } });
    expect(error?.message).toBe('Extend did not accept the API token');
  });

  it('leaves by Done after the time limit, with what is there and what is missing', async () => {
    sandbox.configure({ runMs: 10, runsAtOnce: 1 });
    const [batch] = await submit(['a']);
    await pause(40);
    const since = new Date(Date.now() - 61_000).toISOString();
    const { done, running } = await look([{ ...batch, inputCount: 3, progress: { since } }], { timeLimitMinutes: 1 });
    expect(running).toEqual([]);
    expect(done.map(({ json }) => json)).toMatchObject([{ status: 'PROCESSED' }, { status: 'NOT_LISTED', timedOut: true, count: 2 }]);

    sandbox.reset();
    sandbox.configure({ runMs: 60_000 });
    const inputs = await submit(['a', 'b'], 'perInput');
    sandbox.configure({ listDelayMs: 60_000 });
    const late = await look(inputs.map((json) => ({ ...json, progress: { since } })), { timeLimitMinutes: 1 });
    expect(late.done.map(({ json, pairedItem }) => [json.status, json.itemIndex, pairedItem])).toEqual([['NOT_LISTED', 0, { item: 0 }], ['NOT_LISTED', 1, { item: 1 }]]);
    sandbox.configure({ listDelayMs: 0 });
    const unfinished = await look(inputs.map((json) => ({ ...json, progress: { since } })), { timeLimitMinutes: 1 });
    expect(unfinished.done.map(({ json }) => [json.status, json.timedOut])).toEqual([['PROCESSING', true], ['PROCESSING', true]]);
  });
});

describe('the panel', () => {
  it('has one output without the option', async () => {
    sandbox.configure({ runMs: 10 });
    const [batch] = await submit(['a']);
    await pause(40);
    const { outputs } = await on('workflowRun', 'getBatchResults', { batchId: '={{ $json.batchId }}' }, [batch as IDataObject]);
    expect(outputs).toHaveLength(1);
  });
});

describe('Cancel Batch', () => {
  const cancel = async (input: IDataObject[], more = {}) => await on('workflowRun', 'cancelBatch', { batchId: '={{ $json.batchId }}' }, input, more);

  it('stops all runs that have not ended, and counts every run once', async () => {
    sandbox.configure({ runMs: 40, runsAtOnce: 2, cancelMs: 10 });
    const [batch] = await submit(Array.from({ length: 30 }, (_, i) => `Doc ${i}`));
    await pause(60);
    const { json, items } = await cancel([batch as IDataObject, batch as IDataObject]);
    expect(json).toHaveLength(1);
    expect(items[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
    const { listed, cancelled, alreadyEnded, failed, notListed } = json[0] as { listed: number; cancelled: number; alreadyEnded: number; failed: unknown[]; notListed: number };
    expect([listed, failed, notListed]).toEqual([30, [], 0]);
    expect(alreadyEnded).toBeGreaterThan(0);
    expect(cancelled + alreadyEnded).toBe(30);
    await pause(60);
    const statuses = sandbox.ledger().runs.map(({ status }) => status);
    expect(statuses.filter((status) => status === 'CANCELLED')).toHaveLength(cancelled);
    expect(statuses.filter((status) => status === 'PROCESSED')).toHaveLength(alreadyEnded);
  });

  it('waits for runs that Extend lists late', async () => {
    sandbox.configure({ runMs: 60_000, listDelayMs: 1500, cancelMs: 10 });
    const [batch] = await submit(['a', 'b', 'c']);
    const { json } = await cancel([batch as IDataObject]);
    expect(json).toMatchObject([{ listed: 3, cancelled: 3, notListed: 0 }]);
  }, 20_000);

  it('takes a lost answer for a cancel, and names a run that goes on', async () => {
    sandbox.configure({ runMs: 60_000, cancelMs: 10 });
    const [batch] = await submit(['a', 'b', 'c']);
    const [, , last] = sandbox.ledger().runs;
    sandbox.fault({ method: 'POST', path: '/cancel$', nth: 1, fault: { kind: 'reset', when: 'after' } });
    sandbox.fault({ method: 'POST', path: `/${last?.id}/cancel$`, times: 99, fault: { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'not now', retryable: false } } });
    const { json, hints } = await cancel([batch as IDataObject]);
    expect(json).toMatchObject([{ cancelled: 2, alreadyEnded: 0, failed: [{ workflowRunId: last?.id, reason: 'not now' }] }]);
    expect(hints.map(({ message }) => message)).toEqual([`1 run of ${String(batch?.batchId)} could not be cancelled`]);
  });

  it('says of a batch without runs that it may be the wrong ID', async () => {
    const { json, hints } = await cancel([{ batchId: 'batch_unknown' }]);
    expect(json).toMatchObject([{ batchId: 'batch_unknown', listed: 0, cancelled: 0 }]);
    expect(hints[0]?.message).toContain('lists no runs');
  });
});
