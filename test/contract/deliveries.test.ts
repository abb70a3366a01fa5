import { ExtendClient, type Extend, SignedUrlNotAllowedError, Webhooks, WebhookPayloadFetchError, WebhookSignatureVerificationError } from 'extend-ai';
import { type Received, type Receiver, startReceiver } from '../../harness/receiver';
import { clientOf, until } from '../../harness/sandboxClient';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;
let receiver: Receiver;

const webhooks = new Webhooks();
const RUN_EVENTS = ['completed', 'failed', 'needs_review', 'rejected', 'cancelled'].map((event) => `workflow_run.${event}`);

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10, deliveryBackoffMs: 5 });
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => await receiver.close());

/** An endpoint that hears of the default workflow's runs. */
async function listen(enabledEvents = RUN_EVENTS, more: Partial<Extend.WebhookEndpointsCreateRequest> = {}) {
  const created = await client.webhookEndpoints.create({ url: receiver.url, name: 'n8n', enabledEvents: [], apiVersion: '2026-02-09', ...more });
  await client.webhookSubscriptions.create({ webhookEndpointId: created.id, resourceType: 'workflow', resourceId: sandbox.workflowId, enabledEvents });
  return created;
}
const batch = async (...texts: string[]) =>
  await client.workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs: texts.map((text, row) => ({ file: { text }, metadata: { row } })) });
const arrived = async (count: number) => await until(() => receiver.received.length >= count, `${count} deliveries, got ${receiver.received.length}`);
const types = () => receiver.received.map(({ event }) => event.eventType);
const verify = ({ raw, headers }: Received, secret: string, allowSignedUrl = false) =>
  webhooks.verifyAndParse(raw, headers as Record<string, string>, secret, { allowSignedUrl } as { allowSignedUrl: true });

describe('an event of a run', () => {
  it("passes the client's own verification, and holds the whole run", async () => {
    const { id, signingSecret } = await listen();
    const { batchId } = await batch('Invoice INV-1');
    await arrived(1);
    const [delivery] = receiver.received as [Received];
    const event = verify(delivery, signingSecret);
    expect(event).toMatchObject({ eventId: expect.stringMatching(/^event_/), eventType: 'workflow_run.completed' });
    const run = event.payload as Extend.WorkflowRun;
    expect(run).toMatchObject({ object: 'workflow_run', status: 'PROCESSED', batchId, metadata: { row: 0 } });
    expect(run).toEqual(JSON.parse(JSON.stringify(await client.workflowRuns.retrieve(run.id))));
    expect(delivery.headers['x-extend-request-signature']).toMatch(/^[0-9a-f]{64}$/);
    expect(sandbox.ledger().deliveries).toMatchObject([{ endpointId: id, eventId: event.eventId, payloadId: run.id, status: 200, attempt: 1 }]);
  });

  it('fails verification with another secret or a changed body', async () => {
    const { signingSecret } = await listen();
    await batch('a');
    await arrived(1);
    const [delivery] = receiver.received as [Received];
    expect(() => verify(delivery, `${signingSecret}x`)).toThrow(WebhookSignatureVerificationError);
    expect(() => verify({ ...delivery, raw: `${delivery.raw} ` }, signingSecret)).toThrow(WebhookSignatureVerificationError);
  });

  it('is named after the end of the run, an unknown end has none', async () => {
    await listen();
    sandbox.configure({ runMs: 300 });
    const { id } = await client.workflowRuns.create({ workflow: { id: sandbox.workflowId }, file: { text: 'x' } });
    await client.workflowRuns.cancel(id);
    sandbox.configure({ runMs: 10 });
    await batch('a', 'FAIL', 'NEEDS REVIEW', 'REJECT', 'FUTURE STATUS');
    await arrived(5);
    expect(types().sort()).toEqual([...RUN_EVENTS].sort());
  });

  it('comes again when a human has decided', async () => {
    await listen();
    await batch('NEEDS REVIEW');
    await arrived(1);
    sandbox.review(String(receiver.received[0]?.event.payload.id), 'approve');
    await arrived(2);
    expect(types()).toEqual(['workflow_run.needs_review', 'workflow_run.completed']);
  });

  it('goes to nobody who did not ask, asked too late, or is disabled; to each of two who asked, with the same id', async () => {
    await batch('too early');
    await until(() => sandbox.ledger().runs.every(({ status }) => status === 'PROCESSED'), 'the run');
    const [one, two] = [await listen(), await listen()];
    await listen(['workflow_run.failed']);
    await client.webhookEndpoints.update((await listen()).id, { status: 'disabled' });
    await batch('a');
    await arrived(2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { deliveries } = sandbox.ledger();
    expect(deliveries.map(({ endpointId }) => endpointId).sort()).toEqual([one.id, two.id].sort());
    expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(1);
  });
});

describe('delivery', () => {
  it('is tried again with growing pauses until it is taken, signed anew, with the same event id', async () => {
    sandbox.configure({ deliveryBackoffMs: 20 });
    const { signingSecret } = await listen();
    receiver.answer = (nth) => (nth < 3 ? 500 : 204);
    await batch('a');
    await arrived(3);
    await until(() => sandbox.ledger().deliveries.length === 3, 'the log');
    const { deliveries } = sandbox.ledger();
    expect(deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([[500, 1], [500, 2], [204, 3]]);
    expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(1);
    const [first, second, third] = deliveries.map(({ at }) => at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(18);
    expect(third - second).toBeGreaterThanOrEqual(36);
    for (const delivery of receiver.received) expect(() => verify(delivery, signingSecret)).not.toThrow();
  });

  it('is given up after the last try, and when nobody answers in time', async () => {
    sandbox.configure({ deliveryTries: 2, deliveryTimeoutMs: 50 });
    await listen();
    await receiver.close();
    await batch('a');
    await until(() => sandbox.ledger().deliveries.length === 2, 'two tries');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(sandbox.ledger().deliveries.map(({ status }) => status)).toEqual([0, 0]);
  });

  const STEPS = ['PARSE', 'CLASSIFY', 'EXTRACT', 'RULE_VALIDATION'];

  it.each<[string, SandboxOptions, string[]]>([
    ['in order', {}, [...STEPS, 'the run']],
    ['in reverse', { deliveryOrder: 'reversed' }, ['the run', ...[...STEPS].reverse()]],
    ['twice', { deliveryCopies: 2 }, [...STEPS, 'the run'].flatMap((name) => [name, name])],
  ])('can come %s', async (_, options, expected) => {
    sandbox.configure({ ...options, deliveriesAtOnce: 1 });
    await listen(['workflow_run.step_run.processed', 'workflow_run.completed']);
    await batch('a');
    await arrived(expected.length);
    expect(receiver.received.map(({ event }) => event.payload.stepType ?? 'the run')).toEqual(expected);
    expect(new Set(receiver.received.map(({ event }) => event.eventId)).size).toBe(5);
  });

  it('can come in any order, and loses nothing by that', async () => {
    sandbox.configure({ deliveryOrder: 'random', deliveriesAtOnce: 1 });
    await listen();
    await client.workflowRuns.createBatch({
      workflow: { id: sandbox.workflowId },
      inputs: Array.from({ length: 200 }, (_, row) => ({ file: { text: 'a' }, metadata: { row } })),
    });
    await arrived(200);
    const created = sandbox.ledger().runs.map(({ id }) => id);
    const told = receiver.received.map(({ event }) => String(event.payload.id));
    expect(told).not.toEqual(created);
    expect([...told].sort()).toEqual([...created].sort());
  });

  it('carries the headers of the endpoint', async () => {
    await listen(RUN_EVENTS, { advancedOptions: { headers: { 'x-shared': 'secret' } } });
    await batch('a');
    await arrived(1);
    expect(receiver.received[0]?.headers).toMatchObject({ 'x-shared': 'secret', 'content-type': 'application/json' });
  });

  it('of large payloads gives an address, which the client fetches without a token', async () => {
    const { signingSecret } = await listen(RUN_EVENTS, { advancedOptions: { payload: { format: 'url', urlThresholdBytes: 100 } } });
    await batch('Invoice INV-1');
    await arrived(1);
    const [delivery] = receiver.received as [Received];
    expect(() => verify(delivery, signingSecret)).toThrow(SignedUrlNotAllowedError);
    const event = verify(delivery, signingSecret, true);
    if (!webhooks.isSignedUrlEvent(event)) throw new Error('The payload is there itself');
    expect(event.payload).toMatchObject({ object: 'signed_data_url', metadata: { row: 0 } });
    const full = await webhooks.fetchSignedPayload(event);
    expect(full.payload).toEqual(JSON.parse(JSON.stringify(await client.workflowRuns.retrieve(event.payload.id))));
    const forged = { ...event, payload: { ...event.payload, data: `${event.payload.data}x` } };
    await expect(webhooks.fetchSignedPayload(forged)).rejects.toThrow(WebhookPayloadFetchError);
  });

  it('of small payloads gives them at once', async () => {
    await listen(RUN_EVENTS, { advancedOptions: { payload: { format: 'url', urlThresholdBytes: 1_000_000 } } });
    await batch('a');
    await arrived(1);
    expect(receiver.received[0]?.event.payload.object).toBe('workflow_run');
  });

  it('of events of the whole workspace goes to endpoints that list them', async () => {
    const { id } = await client.webhookEndpoints.create({
      url: receiver.url,
      name: 'n8n',
      enabledEvents: ['workflow.created', 'workflow.deployed'],
      apiVersion: '2026-02-09',
    });
    const workflow = await client.workflows.create({ name: 'A' });
    await client.workflowVersions.create(workflow.id);
    await arrived(2);
    expect(types().sort()).toEqual(['workflow.created', 'workflow.deployed']);
    expect(sandbox.ledger().deliveries.map(({ endpointId, payloadId }) => [endpointId, payloadId])).toEqual(Array(2).fill([id, workflow.id]));
  });
});

describe('on demand', () => {
  const secret = 'wss_mine';
  const verdict = (delivery: Received | undefined) => delivery !== undefined && webhooks.verify(delivery.raw, delivery.headers as Record<string, string>, secret);

  it.each([
    [{}, true],
    [{ signature: 'uppercase' }, true],
    [{ signature: 'forged' }, false],
    [{ signature: 'missing' }, false],
    [{ signature: 'wrongSecret' }, false],
    [{ timestampOffsetSeconds: -290 }, true],
    [{ timestampOffsetSeconds: -310 }, false],
    [{ timestampOffsetSeconds: 70 }, false],
  ] as const)('%j is genuine to the client: %s', async (order, genuine) => {
    expect(await sandbox.deliver({ url: receiver.url, secret, ...order })).toEqual([200]);
    expect(verdict(receiver.received[0])).toBe(genuine);
  });

  it('sends to an endpoint of the sandbox, several times, under one event id, and tells the answers', async () => {
    const { id, signingSecret } = await listen();
    receiver.answer = (nth) => (nth === 2 ? 503 : 200);
    expect(await sandbox.deliver({ endpointId: id, eventId: 'event_1', times: 3 })).toEqual([200, 503, 200]);
    expect(receiver.received.map(({ event }) => event.eventId)).toEqual(['event_1', 'event_1', 'event_1']);
    expect(() => verify(receiver.received[0] as Received, signingSecret)).not.toThrow();
    expect(await sandbox.deliver({ endpointId: id, times: 5, concurrent: true })).toHaveLength(5);
  });

  it('sends what it is told: payload, address of it, raw bytes, headers, compressed', async () => {
    const to = { url: receiver.url, secret };
    await sandbox.deliver({ ...to, eventType: 'future.event', payload: { id: 'x_1', n: 1 }, headers: { 'x-more': '1' } });
    expect(receiver.received[0]).toMatchObject({ headers: { 'x-more': '1' }, event: { eventType: 'future.event', payload: { id: 'x_1', n: 1 } } });
    await sandbox.deliver({ ...to, payload: { id: 'x_2', n: 2 }, payloadByUrl: true });
    const { payload } = (receiver.received[1] as Received).event;
    expect(await (await fetch(String(payload.data))).json()).toMatchObject({ id: 'x_2', n: 2 });
    await sandbox.deliver({ ...to, bodyRaw: '{ "eventId" : "ü" }\n' });
    expect(receiver.received[2]?.raw).toBe('{ "eventId" : "ü" }\n');
    expect(verdict(receiver.received[2])).toBe(true);
    await sandbox.deliver({ ...to, gzip: true });
    expect(receiver.received[3]?.headers['content-encoding']).toBe('gzip');
  });
});
