/**
 * What the trigger answers and what n8n stores of it: HTTP status, executions and the server's own log, on a real n8n.
 */
import { randomUUID } from 'node:crypto';
import type { DeliverOrder } from '../../sandbox';
import type { NodeJson } from '../../harness/n8nClient';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { AFTER, TRIGGER, TriggerStage, to, until } from '../support/triggerStage';

let stage: TriggerStage;

beforeAll(async () => {
  stage = await TriggerStage.open();
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

beforeEach(() => stage.sandbox.reset());

/** A published listener, and deliveries to its endpoint. */
async function listen(parameters: NodeJson['parameters'] = {}) {
  const { id, endpointId } = await stage.listen(stage.listener(parameters));
  return { id, endpointId, deliver: async (order: DeliverOrder = {}) => await stage.sandbox.deliver({ endpointId, ...order }) };
}

describe('a delivery', () => {
  it('that is genuine starts one execution, with the event on an item', async () => {
    const { id, deliver } = await listen();
    const n8n = { executionId: '1', nodeName: 'E', itemIndex: 4, submissionKey: 's', of: 5 };
    const payload = { batchId: 'batch_1', status: 'PROCESSED', metadata: { customer: 'c', n8n } };
    expect(await deliver({ eventId: 'event_1', payload })).toEqual([200]);
    const items = await stage.passedOn(id);
    expect(items).toHaveLength(1);
    expect(items[0]?.json).toMatchObject({
      eventId: 'event_1',
      eventType: 'workflow_run.completed',
      batchId: 'batch_1',
      status: 'PROCESSED',
      metadata: { customer: 'c' },
      source: { itemIndex: 4 },
    });
    await stage.unpublish(id);
  });

  it.each<[string, DeliverOrder]>([
    ['forged', { signature: 'forged' }],
    ['without a signature', { signature: 'missing' }],
    ['signed with another secret', { signature: 'wrongSecret' }],
    ['six minutes old', { timestampOffsetSeconds: -360 }],
    ['two minutes in the future', { timestampOffsetSeconds: 120 }],
  ])('that is %s is answered 401 and leaves no execution', async (_, order) => {
    const { id, endpointId, deliver } = await listen();
    expect(await deliver({ ...order, times: 2 })).toEqual([401, 401]);
    expect(await stage.n8n.executionIds(id)).toEqual([]);
    expect(stage.server.log()).not.toContain(stage.sandbox.secretOf(endpointId));
    await stage.unpublish(id);
  });

  it('with an upper-case signature, compressed, or of a type unknown today is accepted', async () => {
    const { id, deliver } = await listen();
    expect(await deliver({ signature: 'uppercase' })).toEqual([200]);
    expect(await deliver({ gzip: true })).toEqual([200]);
    expect(await deliver({ eventType: 'workflow_run.archived' })).toEqual([200]);
    const types = (await stage.passedOn(id)).map(({ json }) => json.eventType);
    expect(types.sort()).toEqual(['workflow_run.archived', 'workflow_run.completed', 'workflow_run.completed']);
    await stage.unpublish(id);
  });

  it('that is filtered out is answered 200 and leaves no execution', async () => {
    const options = { batchIds: 'batch_mine', metadata: { values: [{ name: 'customer', value: 'c-1' }] } };
    const { id, deliver } = await listen({ options });
    const mine = { batchId: 'batch_mine', metadata: { customer: 'c-1' } };
    expect(await deliver({ payload: { ...mine, batchId: 'batch_other' } })).toEqual([200]);
    expect(await deliver({ payload: { ...mine, metadata: {} } })).toEqual([200]);
    expect(await deliver({ payload: { ...mine, workflow: { id: 'workflow_other' } } })).toEqual([200]);
    expect(await deliver({ payload: mine, eventType: 'workflow_run.rejected' })).toEqual([200]);
    expect(await stage.n8n.executionIds(id)).toEqual([]);
    expect(await deliver({ payload: mine })).toEqual([200]);
    expect(await stage.passedOn(id)).toHaveLength(1);
    await stage.unpublish(id);
  });

  it('with a body that n8n cannot take is not accepted, and leaves no effect', async () => {
    const { id, deliver } = await listen();
    expect(await deliver({ bodyRaw: '{"eventId":' })).toEqual([422]);
    expect(await deliver({ bodyRaw: '["signed, but no event"]' })).toEqual([400]);
    expect(await deliver({ payload: { text: 'x'.repeat(17 * 1024 * 1024) } })).toEqual([500]);
    expect(await stage.passedOn(id)).toEqual([]);
    await stage.unpublish(id);
  });

  it('repeated one after the other, at once, and after a restart of n8n runs the workflow once', async () => {
    const { id, deliver } = await listen();
    expect(await deliver({ eventId: 'event_again', times: 5 })).toEqual(Array(5).fill(200));
    expect(await deliver({ eventId: 'event_at_once', times: 20, concurrent: true })).toEqual(Array(20).fill(200));
    await stage.executions(id);
    await stage.server.restart();
    expect(await deliver({ eventId: 'event_again', times: 2 })).toEqual([200, 200]);
    expect(await deliver({ eventId: 'event_at_once' })).toEqual([200]);
    expect((await stage.passedOn(id)).map(({ json }) => json.eventId).sort()).toEqual(['event_again', 'event_at_once']);
    expect((await stage.executions(id)).every(({ status }) => status === 'success')).toBe(true);
    await stage.unpublish(id);
  }, 120_000);

  it('whose payload came as an address is completed without the token, or from the API when the address is dead', async () => {
    const { id, deliver } = await listen();
    const payload = { object: 'workflow_run', id: 'workflow_run_x', status: 'PROCESSED', batchId: 'batch_far', metadata: {} };
    expect(await deliver({ eventId: 'event_far', payload, payloadByUrl: true })).toEqual([200]);
    expect((await stage.passedOn(id)).map(({ json }) => [json.eventId, json.batchId])).toEqual([['event_far', 'batch_far']]);
    expect(stage.sandbox.ledger().downloads.map(({ authorized }) => authorized)).toEqual([false]);

    const known = await finishedRun();
    const dead = { object: 'signed_data_url', id: known, data: `${stage.sandbox.url}/_sandbox/storage/gone` };
    expect(await deliver({ eventId: 'event_dead', payload: dead })).toEqual([200]);
    const completed = (await stage.passedOn(id)).find(({ json }) => json.eventId === 'event_dead');
    expect(completed?.json).toMatchObject({ workflowRunId: known, status: 'PROCESSED' });
    await stage.unpublish(id);
  }, 60_000);
});

/** A run that the API knows. Its own event reaches the listener too. */
async function finishedRun(): Promise<string> {
  const order = { workflow: { id: stage.sandbox.workflowId }, file: { text: 'Invoice' } };
  const { id } = await stage.api<{ id: string }>('POST', '/workflow_runs', order);
  await until(async () => (await stage.api<{ status: string }>('GET', `/workflow_runs/${id}`)).status === 'PROCESSED');
  return id;
}

describe('outputs', () => {
  it('each chosen event has one of its own on request', async () => {
    const definition = stage.listener({ events: ['workflow_run.completed', 'workflow_run.failed'], options: { separateOutputs: true } });
    const failed: NodeJson = { ...(definition.nodes[1] as NodeJson), id: randomUUID(), name: 'Failed' };
    const connections = { [TRIGGER]: { main: [to(AFTER), to('Failed')] } };
    const { id, endpointId } = await stage.listen({ ...definition, nodes: [...definition.nodes, failed], connections });
    await stage.sandbox.deliver({ endpointId, eventType: 'workflow_run.failed', eventId: 'event_f', payload: { status: 'FAILED' } });
    await stage.sandbox.deliver({ endpointId, eventType: 'workflow_run.completed', eventId: 'event_c' });
    expect((await stage.passedOn(id)).map(({ json }) => json.eventId)).toEqual(['event_c']);
    expect((await stage.passedOn(id, 'Failed')).map(({ json }) => json.eventId)).toEqual(['event_f']);
    await stage.unpublish(id);
  }, 60_000);
});

describe('a batch of many documents', () => {
  const DOCUMENTS = 1000;

  it('reaches the trigger as one item per document, each joined to its source item', async () => {
    const { id } = await listen();
    const inputs = Array.from({ length: DOCUMENTS }, (_, itemIndex) => ({
      file: { text: `Invoice INV-${itemIndex}` },
      metadata: { own: itemIndex, n8n: { executionId: '1', nodeName: 'Extend', itemIndex, submissionKey: 's', of: 2 } },
    }));
    await stage.api('POST', '/workflow_runs/batch', { workflow: { id: stage.sandbox.workflowId }, inputs });
    await until(async () => (await stage.n8n.executionIds(id)).length >= DOCUMENTS, 150_000);
    const items = await stage.passedOn(id);
    const itemIndexOf = (json: Record<string, unknown>) => (json.source as { itemIndex: number }).itemIndex;
    expect(new Set(items.map(({ json }) => json.eventId)).size).toBe(items.length);
    expect(items.map(({ json }) => itemIndexOf(json)).sort((a, b) => a - b)).toEqual(inputs.map((_, i) => i));
    for (const { json } of items) {
      const own = itemIndexOf(json);
      expect(json).toMatchObject({ metadata: { own }, outputs: { Invoice: { invoiceNumber: `INV-${own}` } } });
    }
    await stage.unpublish(id);
  }, 240_000);
});
