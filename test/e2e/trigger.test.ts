/**
 * What the trigger answers and what n8n stores of it: HTTP status, executions and the server's own log, on a real n8n.
 */
import { randomUUID } from 'node:crypto';
import type { DeliverOrder } from '../../sandbox/webhooks/order';
import { type Execution, type NodeJson, type WorkflowJson, itemsOf } from '../../scripts/n8nClient';
import { STAGE_TIMEOUT_MS, type Stage, credentialFor, openStage } from '../support/n8nStage';

const EVENTS = ['workflow_run.completed', 'workflow_run.failed', 'workflow_run.needs_review'];
const AFTER = 'After';

let stage: Stage;

beforeAll(async () => {
  // The default expression engine takes a tenth of a second per request on a small machine.
  stage = await openStage({ sandbox: { runMs: 100, deliveryBackoffMs: 200 }, n8n: { env: { N8N_EXPRESSION_ENGINE: 'legacy' } } });
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

/** Extend Trigger → a node that shows what ran after it. */
function listener(parameters: NodeJson['parameters'] = {}, { webhookId = randomUUID() as string, credential = stage.credential } = {}): WorkflowJson {
  const trigger: NodeJson = {
    id: randomUUID(),
    name: 'Extend Trigger',
    type: 'n8n-nodes-extend.extendTrigger',
    typeVersion: 1,
    position: [0, 0],
    webhookId,
    credentials: { extendApi: credential },
    parameters: { events: EVENTS, workflowSelection: 'selected', workflows: { workflow: [{ id: { __rl: true, mode: 'id', value: stage.sandbox.workflowId } }] }, ...parameters },
  };
  const after: NodeJson = { id: randomUUID(), name: AFTER, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [240, 0], parameters: {} };
  return {
    name: `Listener ${randomUUID()}`,
    nodes: [trigger, after],
    connections: { 'Extend Trigger': { main: [[{ node: AFTER, type: 'main', index: 0 }]] } },
    settings: { executionOrder: 'v1' },
  };
}

const endpoints = () => stage.sandbox.ledger().endpoints;

/** n8n registers and removes webhooks a moment after it has answered. */
async function until(holds: () => boolean | Promise<boolean>, withinMs = 45_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** A published listener and the endpoint that it made. */
async function listen(parameters: NodeJson['parameters'] = {}) {
  const before = new Set(endpoints().map(({ id }) => id));
  const { id } = await stage.server.client.createWorkflow(listener(parameters));
  await stage.server.client.activateWorkflow(id);
  const made = () => endpoints().find((candidate) => !before.has(candidate.id));
  await until(() => made() !== undefined && stage.sandbox.ledger().subscriptions.some(({ webhookEndpointId }) => webhookEndpointId === made()?.id));
  // The static data with the secret is saved right after the last subscription.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const endpoint = made();
  if (!endpoint) throw new Error('no endpoint was made');
  return { id, endpointId: endpoint.id, url: endpoint.url };
}

/** All executions of a workflow, once they are over. */
async function executions(workflowId: string): Promise<Execution[]> {
  const ids = await stage.server.client.executionIds(workflowId);
  return await Promise.all(ids.map(async (id) => await stage.server.client.waitForExecution(id)));
}

/** Items that reached the node after the trigger, over all executions. */
const passedOn = async (workflowId: string) => (await executions(workflowId)).flatMap((execution) => itemsOf(execution, AFTER));

const deliver = async (order: DeliverOrder) => await stage.sandbox.deliver(order);

describe('a delivery', () => {
  it('that is genuine starts one execution, with the event on an item', async () => {
    const { id, endpointId } = await listen();
    const payload = { batchId: 'batch_1', status: 'PROCESSED', metadata: { customer: 'c', n8n: { executionId: '1', nodeName: 'E', itemIndex: 4, submission: 's' } } };
    expect(await deliver({ endpointId, eventId: 'event_1', payload })).toEqual([200]);
    const items = await passedOn(id);
    expect(items).toHaveLength(1);
    expect(items[0]?.json).toMatchObject({ eventId: 'event_1', eventType: 'workflow_run.completed', batchId: 'batch_1', status: 'PROCESSED', metadata: { customer: 'c' }, source: { itemIndex: 4 } });
    await stage.server.client.deactivateWorkflow(id);
  });

  it.each<[string, Partial<DeliverOrder>]>([
    ['forged', { signature: 'forged' }],
    ['without a signature', { signature: 'missing' }],
    ['signed with another secret', { signature: 'wrongSecret' }],
    ['six minutes old', { timestampOffsetSeconds: -360 }],
    ['two minutes in the future', { timestampOffsetSeconds: 120 }],
  ])('that is %s is answered 401 and leaves no execution', async (_, order) => {
    const { id, endpointId } = await listen();
    expect(await deliver({ endpointId, ...order, times: 2 })).toEqual([401, 401]);
    expect(await stage.server.client.executionIds(id)).toEqual([]);
    expect(stage.server.log()).not.toContain(stage.sandbox.secretOf(endpointId));
    await stage.server.client.deactivateWorkflow(id);
  });

  it('with an upper-case signature, compressed, or of a type unknown today is accepted', async () => {
    const { id, endpointId } = await listen();
    expect(await deliver({ endpointId, signature: 'uppercase' })).toEqual([200]);
    expect(await deliver({ endpointId, gzip: true })).toEqual([200]);
    expect(await deliver({ endpointId, eventType: 'workflow_run.archived' })).toEqual([200]);
    expect((await passedOn(id)).map(({ json }) => json.eventType).sort()).toEqual(['workflow_run.archived', 'workflow_run.completed', 'workflow_run.completed']);
    await stage.server.client.deactivateWorkflow(id);
  });

  it('that is filtered out is answered 200 and leaves no execution', async () => {
    const { id, endpointId } = await listen({ options: { batchIds: 'batch_mine', metadata: { pair: [{ name: 'customer', value: 'c-1' }] } } });
    const mine = { batchId: 'batch_mine', metadata: { customer: 'c-1' } };
    expect(await deliver({ endpointId, payload: { ...mine, batchId: 'batch_other' } })).toEqual([200]);
    expect(await deliver({ endpointId, payload: { ...mine, metadata: {} } })).toEqual([200]);
    expect(await deliver({ endpointId, payload: { ...mine, workflow: { id: 'workflow_other' } } })).toEqual([200]);
    expect(await deliver({ endpointId, payload: mine, eventType: 'workflow_run.rejected' })).toEqual([200]);
    expect(await stage.server.client.executionIds(id)).toEqual([]);
    expect(await deliver({ endpointId, payload: mine })).toEqual([200]);
    expect(await passedOn(id)).toHaveLength(1);
    await stage.server.client.deactivateWorkflow(id);
  });

  it('with a body that n8n cannot take is not accepted, and leaves no effect', async () => {
    const { id, endpointId } = await listen();
    expect(await deliver({ endpointId, bodyRaw: '{"eventId":' })).toEqual([422]);
    expect(await deliver({ endpointId, bodyRaw: '["signed, but no event"]' })).toEqual([400]);
    expect(await deliver({ endpointId, payload: { text: 'x'.repeat(17 * 1024 * 1024) } })).toEqual([500]);
    expect(await passedOn(id)).toEqual([]);
    await stage.server.client.deactivateWorkflow(id);
  });

  it('repeated one after the other, at once, and after a restart of n8n runs the workflow once', async () => {
    const { id, endpointId } = await listen();
    expect(await deliver({ endpointId, eventId: 'event_again', times: 5 })).toEqual(Array(5).fill(200));
    expect(await deliver({ endpointId, eventId: 'event_at_once', times: 20, concurrent: true })).toEqual(Array(20).fill(200));
    await executions(id);
    await stage.server.restart();
    expect(await deliver({ endpointId, eventId: 'event_again', times: 2 })).toEqual([200, 200]);
    expect(await deliver({ endpointId, eventId: 'event_at_once' })).toEqual([200]);
    expect((await passedOn(id)).map(({ json }) => json.eventId).sort()).toEqual(['event_again', 'event_at_once']);
    expect((await executions(id)).every(({ status }) => status === 'success')).toBe(true);
    await stage.server.client.deactivateWorkflow(id);
  }, 120_000);

  it('whose payload came as an address is completed without the token, or from the API when the address is dead', async () => {
    const { id, endpointId } = await listen();
    const payload = { object: 'workflow_run', id: 'workflow_run_x', status: 'PROCESSED', batchId: 'batch_far', metadata: {} };
    expect(await deliver({ endpointId, eventId: 'event_far', payload, payloadByUrl: true })).toEqual([200]);
    expect((await passedOn(id)).map(({ json }) => [json.eventId, json.batchId])).toEqual([['event_far', 'batch_far']]);
    expect(stage.sandbox.ledger().downloads.map(({ authorized }) => authorized)).toEqual([false]);

    const dead = { object: 'signed_data_url', id: await realRun(), data: `${stage.sandbox.url}/_sandbox/storage/gone` };
    expect(await deliver({ endpointId, eventId: 'event_dead', payload: dead })).toEqual([200]);
    expect((await passedOn(id)).find(({ json }) => json.eventId === 'event_dead')?.json).toMatchObject({ workflowRunId: dead.id, status: 'PROCESSED' });
    await stage.server.client.deactivateWorkflow(id);
  }, 60_000);
});

/** A run that the API knows. */
async function realRun(): Promise<string> {
  const { url, token, workflowId } = stage.sandbox;
  const headers = { authorization: `Bearer ${token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
  const answer = await fetch(`${url}/workflow_runs`, { method: 'POST', headers, body: JSON.stringify({ workflow: { id: workflowId }, file: { text: 'Invoice' } }) });
  const { id } = (await answer.json()) as { id: string };
  await new Promise((resolve) => setTimeout(resolve, 300));
  return id;
}

describe('registration', () => {
  const counts = () => {
    const { endpoints: all, subscriptions } = stage.sandbox.ledger();
    return [all.length, subscriptions.length];
  };

  /** Numbers of endpoints and subscriptions, once n8n has had the time to make them these. */
  const settled = async (expected: [number, number], withinMs?: number) => {
    await until(() => counts().join() === expected.join(), withinMs);
    // What is wrong may still come: a second endpoint, a late removal.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return counts();
  };

  beforeEach(() => stage.sandbox.reset());

  it('is one endpoint and one subscription per workflow through the whole life of a workflow', async () => {
    const n8n = stage.server.client;
    const definition = listener();
    const { id } = await n8n.createWorkflow(definition);
    await n8n.activateWorkflow(id);
    expect(await settled([1, 1])).toEqual([1, 1]);
    const exported = JSON.stringify(await n8n.getWorkflow(id));
    expect(exported).not.toContain(stage.sandbox.secretOf(endpoints()[0]?.id ?? ''));
    await stage.server.restart();
    expect(await settled([1, 1])).toEqual([1, 1]);
    await n8n.deactivateWorkflow(id);
    expect(await settled([0, 0])).toEqual([0, 0]);
    await n8n.activateWorkflow(id);
    expect(await settled([1, 1])).toEqual([1, 1]);

    const changed = { ...definition, nodes: definition.nodes.map((node) => (node.name === AFTER ? node : { ...node, parameters: { ...node.parameters, events: ['workflow_run.rejected', 'workflow.created'] } })) };
    await n8n.updateWorkflow(id, changed);
    await n8n.activateWorkflow(id);
    expect(await settled([1, 1])).toEqual([1, 1]);
    await until(() => endpoints()[0]?.enabledEvents.join() === 'workflow.created');
    expect(await settled([1, 1])).toEqual([1, 1]);
    expect(endpoints()[0]?.enabledEvents).toEqual(['workflow.created']);
    expect(stage.sandbox.ledger().subscriptions[0]?.enabledEvents).toEqual(['workflow_run.rejected']);

    const copy = await n8n.createWorkflow({ ...changed, name: 'Copy', nodes: changed.nodes.map((node) => (node.name === AFTER ? node : { ...node, webhookId: randomUUID() })) });
    await n8n.activateWorkflow(copy.id);
    expect(await settled([2, 2])).toEqual([2, 2]);
    await n8n.deactivateWorkflow(copy.id);
    expect(await settled([1, 1])).toEqual([1, 1]);
    await n8n.deactivateWorkflow(id);
    expect(await settled([0, 0])).toEqual([0, 0]);
  }, 120_000);

  it.each([
    ['429 at the endpoint', '^/webhook_endpoints$', { kind: 'status', status: 429, headers: { 'retry-after': '0.1' }, body: { code: 'RATE_LIMIT_EXCEEDED', message: 'slow', retryable: true } }],
    ['500 at the endpoint', '^/webhook_endpoints$', { kind: 'status', status: 500, body: { code: 'INTERNAL_ERROR', message: 'oops', retryable: true } }],
    ['a lost answer after the endpoint was made', '^/webhook_endpoints$', { kind: 'reset', when: 'after' }],
    ['500 at the subscription', '^/webhook_subscriptions$', { kind: 'status', status: 500, body: { code: 'INTERNAL_ERROR', message: 'oops', retryable: true } }],
    ['400 at the subscription', '^/webhook_subscriptions$', { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'no', retryable: false } }],
  ] as const)('that fails once with %s ends with one endpoint and one subscription', async (_, path, fault) => {
    stage.sandbox.fault({ method: 'POST', path, fault });
    const { id } = await stage.server.client.createWorkflow(listener());
    await stage.server.client.activateWorkflow(id);
    expect(await settled([1, 1])).toEqual([1, 1]);
    await stage.server.client.deactivateWorkflow(id);
    expect(await settled([0, 0])).toEqual([0, 0]);
  }, 60_000);

  it('that can never succeed leaves nothing behind, and the log says why', async () => {
    stage.sandbox.fault({ method: 'POST', path: '^/webhook_subscriptions$', times: 99, fault: { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'not this workflow', retryable: false } } });
    const { id } = await stage.server.client.createWorkflow(listener());
    await stage.server.client.activateWorkflow(id).catch(() => undefined);
    const tries = () => stage.sandbox.ledger().requests.filter(({ method, path }) => method === 'POST' && path === '/webhook_subscriptions').length;
    await until(() => tries() >= 5, 30_000);
    expect(tries()).toBeGreaterThan(0);
    expect(await settled([0, 0])).toEqual([0, 0]);
    expect(stage.server.log()).toContain('could not be created in Extend');
    await stage.server.client.deactivateWorkflow(id).catch(() => undefined);
  }, 60_000);
});

describe('other ways to listen', () => {
  beforeEach(() => stage.sandbox.reset());

  it('a test beside a published workflow has an endpoint of its own, which goes when its event has come', async () => {
    const n8n = stage.server.client;
    const { id, endpointId } = await listen();
    await n8n.request('POST', `/rest/workflows/${id}/run`, { triggerToStartFrom: { name: 'Extend Trigger' } });
    await until(() => stage.sandbox.ledger().subscriptions.length === 2);
    const test = endpoints().find((endpoint) => endpoint.id !== endpointId);
    expect(test?.url).toContain('/webhook-test/');
    expect(await deliver({ endpointId: test?.id, eventId: 'event_test' })).toEqual([200]);
    await until(() => endpoints().length === 1);
    expect(endpoints().map((endpoint) => endpoint.id)).toEqual([endpointId]);
    expect(await deliver({ endpointId, eventId: 'event_test' })).toEqual([200]);
    expect((await executions(id)).map(({ mode }) => mode).sort()).toEqual(['manual', 'webhook']);
    expect((await passedOn(id)).map(({ json }) => json.eventId)).toEqual(['event_test', 'event_test']);
    await n8n.deactivateWorkflow(id);
    await until(() => endpoints().length === 0);
    expect(endpoints()).toEqual([]);
  }, 60_000);

  it('manual setup calls no API, and accepts both secrets of the credential while one replaces the other', async () => {
    const n8n = stage.server.client;
    const data = credentialFor(stage.sandbox, { webhookSigningSecret: 'wss_old, wss_new' });
    const credential = await n8n.createCredential({ name: 'By hand', type: 'extendApi', data });
    const webhookId = randomUUID();
    const { id } = await n8n.createWorkflow(listener({ registration: 'manual' }, { webhookId, credential }));
    await n8n.activateWorkflow(id);
    const url = `${stage.server.url}/webhook/${webhookId}/extend`;
    await until(async () => (await fetch(url, { method: 'POST' })).status === 401);
    const answers = [];
    for (const secret of ['wss_old', 'wss_new', 'wss_other', '']) answers.push(...(await deliver({ url, secret })));
    expect(answers).toEqual([200, 200, 401, 401]);
    expect(await passedOn(id)).toHaveLength(2);
    await n8n.deactivateWorkflow(id);
    expect(stage.sandbox.ledger().requests).toEqual([]);
  }, 60_000);

  it('all workflows are subscribed one by one', async () => {
    const { url, token } = stage.sandbox;
    const headers = { authorization: `Bearer ${token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    for (const name of ['Second', 'Third']) await fetch(`${url}/workflows`, { method: 'POST', headers, body: JSON.stringify({ name }) });
    const { id } = await stage.server.client.createWorkflow(listener({ workflowSelection: 'all' }));
    await stage.server.client.activateWorkflow(id);
    await until(() => stage.sandbox.ledger().subscriptions.length === 3);
    expect(new Set(stage.sandbox.ledger().subscriptions.map(({ resourceId }) => resourceId)).size).toBe(3);
    await stage.server.client.deactivateWorkflow(id);
    await until(() => endpoints().length === 0);
    expect(endpoints()).toEqual([]);
  }, 60_000);
});

describe('outputs and addresses', () => {
  beforeEach(() => stage.sandbox.reset());

  it('each chosen event has an output of its own on request', async () => {
    const n8n = stage.server.client;
    const definition = listener({ events: ['workflow_run.completed', 'workflow_run.failed'], options: { separateOutputs: true } });
    const failed: NodeJson = { ...(definition.nodes[1] as NodeJson), id: randomUUID(), name: 'Failed' };
    const link = (node: string) => [{ node, type: 'main', index: 0 }];
    const connections = { 'Extend Trigger': { main: [link(AFTER), link('Failed')] } };
    const { id } = await n8n.createWorkflow({ ...definition, nodes: [...definition.nodes, failed], connections });
    await n8n.activateWorkflow(id);
    await until(() => stage.sandbox.ledger().subscriptions.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const endpointId = endpoints()[0]?.id;
    await deliver({ endpointId, eventType: 'workflow_run.failed', eventId: 'event_f', payload: { status: 'FAILED' } });
    await deliver({ endpointId, eventType: 'workflow_run.completed', eventId: 'event_c' });
    const all = await executions(id);
    expect(all.flatMap((execution) => itemsOf(execution, AFTER)).map(({ json }) => json.eventId)).toEqual(['event_c']);
    expect(all.flatMap((execution) => itemsOf(execution, 'Failed')).map(({ json }) => json.eventId)).toEqual(['event_f']);
    await n8n.deactivateWorkflow(id);
    await until(() => endpoints().length === 0);
  }, 60_000);

  it('an n8n that Extend cannot reach is told how to become reachable, before anything is sent', async () => {
    const data = { apiToken: stage.sandbox.token, region: 'us', plan: 'payg' };
    const credential = await stage.server.client.createCredential({ name: 'Cloud', type: 'extendApi', data });
    const { id } = await stage.server.client.createWorkflow(listener({}, { credential }));
    await stage.server.client.activateWorkflow(id).catch(() => undefined);
    await until(() => stage.server.log().includes('Extend cannot reach this n8n'));
    expect(stage.server.log()).toContain('Extend cannot reach this n8n');
    expect(stage.sandbox.ledger().requests).toEqual([]);
    await stage.server.client.deactivateWorkflow(id).catch(() => undefined);
  }, 60_000);
});

describe('a batch of many documents', () => {
  const DOCUMENTS = 1000;

  it('reaches the trigger as one item per document, each joined to its source item', async () => {
    stage.sandbox.reset();
    const n8n = stage.server.client;
    const { id } = await n8n.createWorkflow(listener());
    await n8n.activateWorkflow(id);
    await until(() => stage.sandbox.ledger().subscriptions.length === 1);
    const { url, token, workflowId } = stage.sandbox;
    const inputs = Array.from({ length: DOCUMENTS }, (_, itemIndex) => ({
      file: { text: `Invoice INV-${itemIndex}` },
      metadata: { own: itemIndex, n8n: { executionId: '1', nodeName: 'Extend', itemIndex, submission: 's' } },
    }));
    const headers = { authorization: `Bearer ${token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    await fetch(`${url}/workflow_runs/batch`, { method: 'POST', headers, body: JSON.stringify({ workflow: { id: workflowId }, inputs }) });
    const deadline = Date.now() + 150_000;
    while ((await n8n.executionIds(id)).length < DOCUMENTS && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 500));
    const items = await passedOn(id);
    expect(new Set(items.map(({ json }) => json.eventId)).size).toBe(items.length);
    expect(items.map(({ json }) => (json.source as { itemIndex: number }).itemIndex).sort((a, b) => a - b)).toEqual(inputs.map((_, i) => i));
    for (const { json } of items) {
      const { itemIndex } = json.source as { itemIndex: number };
      expect(json).toMatchObject({ metadata: { own: itemIndex }, outputs: { Invoice: { invoiceNumber: `INV-${itemIndex}` } } });
    }
    await n8n.deactivateWorkflow(id);
  }, 240_000);
});
