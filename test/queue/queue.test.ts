/**
 * n8n in queue mode, as large installations run it. What happened is read from n8n's database and from the server's ledger.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapBounded } from '../../extend/concurrency';
import { itemsOf } from '../../harness/n8nClient';
import type { N8nServer } from '../../harness/n8nServer';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { EXTEND, FILES, START, figures, misplaced, submitter } from '../support/queueBatch';
import { QueueStage, isInterrupted, itemsByEvent, type StoredExecution } from '../support/queueStage';

const MINUTE = 60_000;
/** Deliveries in flight at once; n8n's two workers then work on neighbouring events all the time. */
const AT_ONCE = 20;

/** IDs of the executions that a worker says it has begun, or finished. */
const idsIn = (worker: N8nServer, what: 'started' | 'finished'): string[] =>
  [...worker.log().matchAll(new RegExp(`Worker ${what} execution (\\d+)`, 'g'))].map(([, executionId = '']) => executionId);
const begunBy = (worker: N8nServer): string[] => idsIn(worker, 'started');
const openIn = (worker: N8nServer): number => begunBy(worker).length - idsIn(worker, 'finished').length;

let stage: QueueStage;

beforeAll(async () => {
  // Documents get ready faster than n8n can take their events.
  stage = await QueueStage.open({ runMs: 2000, runsAtOnce: 150, deliveryBackoffMs: 500 });
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close(), MINUTE);

describe('the record of events, which all workers share', () => {
  it('lets each event run once: when two workers get it at the same instant, and when it comes again', async () => {
    const { id, endpointId } = await stage.listen();
    const events = Array.from({ length: 200 }, (_, i) => `event_${i}`);
    const deliverAll = async (times: number) =>
      await mapBounded(events, AT_ONCE, async (eventId) => {
        expect(await stage.deliver({ endpointId, eventId, times, concurrent: true })).toEqual(Array(times).fill(200));
      });
    const timesRun = async (atLeast: number) => {
      const executions = await stage.executions(id, atLeast, MINUTE);
      expect(executions.flatMap(({ status, error }) => (status === 'success' ? [] : [error ?? status]))).toEqual([]);
      expect(executions).toHaveLength(atLeast);
      return [...itemsByEvent(executions).values()].map(({ length }) => length);
    };

    await deliverAll(2);
    expect(await timesRun(400)).toEqual(Array(200).fill(1));
    await deliverAll(1);
    expect(await timesRun(600)).toEqual(Array(200).fill(1));
    await stage.cluster.client.deactivateWorkflow(id);
  }, 3 * MINUTE);

  it('takes no execution for a repeat that runs again: by Retry On Fail, or retried by hand', async () => {
    const { client } = stage.cluster;
    const payloads = [await stage.finishedRun(), await stage.finishedRun()];
    const deliver = async (endpointId: string, eventId: string) => {
      await stage.fault({ method: 'GET', path: '^/workflow_runs/', fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'not now', retryable: false } } });
      // Its address is dead, so the API is asked for the run, and refuses once.
      const payload = { object: 'signed_data_url', id: payloads.pop(), data: `${stage.server.url}/_sandbox/storage/gone` };
      expect(await stage.deliver({ endpointId, eventId, payload })).toEqual([200]);
    };

    const patient = await stage.listen({ retryOnFail: true, maxTries: 2, waitBetweenTries: 100 });
    await deliver(patient.endpointId, 'event_twice');
    expect(await stage.executions(patient.id, 1, MINUTE)).toMatchObject([{ status: 'success', items: [{ json: { eventId: 'event_twice' } }] }]);
    await client.deactivateWorkflow(patient.id);

    const { id, endpointId } = await stage.listen();
    await deliver(endpointId, 'event_by_hand');
    const [failed] = await stage.executions(id, 1, MINUTE);
    expect(failed).toMatchObject({ status: 'error', error: 'The payload of event event_by_hand could not be fetched', items: [] });
    await client.request('POST', `/rest/executions/${failed?.id}/retry`, {});
    const [, retried, ...others] = await stage.executions(id, 2, MINUTE);
    expect(retried).toMatchObject({ status: 'success', mode: 'retry', items: [{ json: { eventId: 'event_by_hand' } }] });
    expect(others).toEqual([]);
    await client.deactivateWorkflow(id);
  }, 3 * MINUTE);

  it('goes on after a worker that was killed while it changed the record', async () => {
    const { id, nodeId, endpointId } = await stage.listen();
    const held = createHash('md5').update('held').digest('base64');
    await stage.cluster.postgres.query(
      `INSERT INTO processed_data ("workflowId", context, value, "createdAt", "updatedAt")
       SELECT '${id}', 'n:${nodeId}/' || part || '/lock', '{"mode":"entries","data":["${held}"]}', now(), now() FROM generate_series(0, 255) part`,
    );
    const events = ['event_a', 'event_b', 'event_c'];
    for (const eventId of [...events, ...events]) await stage.deliver({ endpointId, eventId });
    const executions = await stage.executions(id, 6, MINUTE);
    expect([...itemsByEvent(executions)].map(([eventId, { length }]) => [eventId, length]).sort()).toEqual(events.map((eventId) => [eventId, 1]));
    await stage.cluster.client.deactivateWorkflow(id);
  }, 2 * MINUTE);
});

describe('5,000 documents', () => {
  const INPUTS = 5000;
  /** Events done when a worker is killed. */
  const KILL_AT = 2000;

  it('are uploaded, submitted and received once each, although a worker is killed', async () => {
    const { client, workers, webhook } = stage.cluster;
    const { id, endpointId } = await stage.listen();

    // Files from n8n's database, batches from a worker.
    const submitting = await client.createWorkflow(submitter(INPUTS, stage.credential, stage.server.workflowId));
    const submissionId = await client.runWorkflow(submitting.id, START);
    await stage.whenOver(submitting.id, 1, 5 * MINUTE);
    const submission = await client.getExecution(submissionId);
    const inputs = itemsOf(submission, FILES);
    expect(submission.data.resultData.error).toBeUndefined();
    expect(inputs.filter(({ binary }) => !(binary?.data as { id: string }).id.startsWith('database:'))).toEqual([]);
    expect(itemsOf(submission, EXTEND).map(({ json }) => json.inputCount)).toEqual([1000, 1000, 1000, 1000, 1000]);
    expect(workers.filter((worker) => begunBy(worker).includes(submissionId))).toHaveLength(1);

    // Midway a worker is killed in the midst of its work, and started again by whoever looks after it.
    const [victim] = workers as [N8nServer];
    while (((await stage.statuses(id)).success ?? 0) < KILL_AT) await sleep(1000);
    while (openIn(victim) < 2) await sleep(20);
    await victim.stop(0);
    const restarted = victim.start();
    const executions = await stage.executions(id, INPUTS, 8 * MINUTE);
    await restarted;
    for (const worker of workers) expect(begunBy(worker).length).toBeGreaterThan(INPUTS / 10);

    // The webhook process took every event.
    const deliveries = (await stage.ledger('deliveries')).filter((delivery) => delivery.endpointId === endpointId);
    const events = new Map(deliveries.filter(({ status }) => status === 200).map(({ eventId, payloadId }) => [eventId, payloadId]));
    expect(events.size).toBe(INPUTS);
    expect(new Set(deliveries.map(({ url }) => new URL(url).origin))).toEqual(new Set([webhook.url]));

    // Each has one effective execution, or a failed one that shows: n8n does not run again what a worker left.
    const failed = executions.filter(({ status }) => status !== 'success');
    const effective = itemsByEvent(executions);
    const missing = [...events].filter(([eventId]) => !effective.has(eventId));
    expect(failed.filter((execution) => !isInterrupted(execution))).toEqual([]);
    expect([missing.length > 0, missing.length <= failed.length, effective.size + missing.length]).toEqual([true, true, INPUTS]);
    expect(misplaced(effective, submission, await stage.ledger('runs'), await stage.ledger('files'))).toEqual([]);

    // Sent again, those that were not on record run; all others are repeats.
    const again = [...missing, ...[...events].filter((_, i) => i % 50 === 0)];
    await mapBounded(again, AT_ONCE, async ([eventId, runId]) => {
      expect(await stage.deliver({ endpointId, eventId, payload: await stage.run(runId) })).toEqual([200]);
    });
    const all = await stage.executions(id, executions.length + again.length, 2 * MINUTE);
    const healed = itemsByEvent(all);
    // The same ones: n8n may have changed the reason of an interrupted one meanwhile, but neither what it gave nor that it failed.
    const outcomeOf = ({ id: executionId, items }: StoredExecution) => ({ executionId, items });
    const failedNow = all.filter(({ status }) => status !== 'success');
    expect(failedNow.map(outcomeOf)).toEqual(failed.map(outcomeOf));
    expect(failedNow.filter((execution) => !isInterrupted(execution))).toEqual([]);
    expect([...healed.keys()].filter((eventId) => !effective.has(eventId) && !missing.some(([lost]) => lost === eventId))).toEqual([]);
    expect(misplaced(healed, submission, await stage.ledger('runs'), await stage.ledger('files'))).toEqual([]);
    process.stdout.write(figures(submission, deliveries, await stage.ledger('requests')) + `; ${failed.length} executions interrupted, ${healed.size - effective.size} of their events run when sent again\n`);
    await client.deactivateWorkflow(id);
  }, 20 * MINUTE);
});
