/**
 * What was changed behind the trigger's back is put right when n8n checks: at each start, without n8n's publication service.
 */
import { randomUUID } from 'node:crypto';
import { STAGE_TIMEOUT_MS, type Stage, credentialFor, openStage } from '../support/n8nStage';

let stage: Stage;
let workflowId: string;

beforeAll(async () => {
  stage = await openStage({ n8n: { env: { N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'false', N8N_EXPRESSION_ENGINE: 'legacy' } } });
  const trigger = {
    id: randomUUID(),
    name: 'Extend Trigger',
    type: 'n8n-nodes-extend.extendTrigger',
    typeVersion: 1,
    position: [0, 0] as [number, number],
    webhookId: randomUUID(),
    credentials: { extendApi: stage.credential },
    parameters: { events: ['workflow_run.completed', 'workflow.created'], workflows: { workflow: [{ id: { __rl: true, mode: 'id', value: stage.sandbox.workflowId } }] } },
  };
  const after = { id: randomUUID(), name: 'After', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [240, 0] as [number, number], parameters: {} };
  const connections = { 'Extend Trigger': { main: [[{ node: 'After', type: 'main', index: 0 }]] } };
  const { id } = await stage.server.client.createWorkflow({ name: 'Drift', nodes: [trigger, after], connections });
  workflowId = id;
  await stage.server.client.activateWorkflow(id);
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

const api = async (method: string, path: string, body?: unknown) => {
  const headers = { authorization: `Bearer ${stage.sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
  await fetch(`${stage.sandbox.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
};

const state = () => {
  const { endpoints, subscriptions } = stage.sandbox.ledger();
  return {
    endpoints: endpoints.map(({ status, enabledEvents }) => ({ status, enabledEvents })),
    subscriptions: subscriptions.map(({ resourceId, enabledEvents }) => ({ resourceId, enabledEvents })),
  };
};

const asWanted = () => ({
  endpoints: [{ status: 'enabled', enabledEvents: ['workflow.created'] }],
  subscriptions: [{ resourceId: stage.sandbox.workflowId, enabledEvents: ['workflow_run.completed'] }],
});

async function settled() {
  const deadline = Date.now() + 30_000;
  while (JSON.stringify(state()) !== JSON.stringify(asWanted()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
  return state();
}

const endpointId = () => stage.sandbox.ledger().endpoints[0]?.id ?? '';

describe('a registration that has drifted', () => {
  it('is right at first', async () => {
    expect(await settled()).toEqual(asWanted());
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a disabled endpoint', async () => await api('POST', `/webhook_endpoints/${endpointId()}`, { status: 'disabled' })],
    ['changed events', async () => await api('POST', `/webhook_endpoints/${endpointId()}`, { enabledEvents: ['workflow.deleted'] })],
    ['a lost subscription', async () => await api('DELETE', `/webhook_subscriptions/${stage.sandbox.ledger().subscriptions[0]?.id}`)],
    ['changed events of the subscription', async () => await api('POST', `/webhook_subscriptions/${stage.sandbox.ledger().subscriptions[0]?.id}`, { enabledEvents: ['workflow_run.failed'] })],
  ])('%s is put right on the same endpoint', async (_, drift) => {
    const id = endpointId();
    await drift();
    expect(state()).not.toEqual(asWanted());
    await stage.server.restart();
    expect(await settled()).toEqual(asWanted());
    expect(endpointId()).toBe(id);
  }, 60_000);

  it('is made anew when the endpoint is gone, and when the API token was replaced', async () => {
    const id = endpointId();
    await api('DELETE', `/webhook_endpoints/${id}`);
    await stage.server.restart();
    expect(await settled()).toEqual(asWanted());
    const second = endpointId();
    expect(second).not.toBe(id);

    stage.sandbox.configure({ token: 'sk_replaced' });
    const data = { ...credentialFor(stage.sandbox), apiToken: 'sk_replaced' };
    await stage.server.client.request('PATCH', `/rest/credentials/${stage.credential.id}`, { name: 'Extend API', type: 'extendApi', data });
    await stage.server.restart();
    const deadline = Date.now() + 30_000;
    while (endpointId() === second && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await settled()).toEqual(asWanted());
    expect(endpointId()).not.toBe(second);
    expect(await stage.sandbox.deliver({ endpointId: endpointId() })).toEqual([200]);
    await stage.server.client.deactivateWorkflow(workflowId);
  }, 90_000);
});
