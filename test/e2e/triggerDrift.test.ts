/**
 * What was changed behind the trigger's back is put right when n8n checks: at each start, without n8n's publication service.
 */
import { STAGE_TIMEOUT_MS, credentialFor } from '../support/n8nStage';
import { TriggerStage, until } from '../support/triggerStage';

let stage: TriggerStage;
let workflowId: string;

beforeAll(async () => {
  stage = await TriggerStage.open({ n8n: { env: { N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'false' } } });
  const listener = await stage.listen(stage.listener({ events: ['workflow_run.completed', 'workflow.created'] }));
  workflowId = listener.id;
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

const state = () => ({
  endpoints: stage.endpoints.map(({ status, enabledEvents }) => ({ status, enabledEvents })),
  subscriptions: stage.subscriptions.map(({ resourceId, enabledEvents }) => ({ resourceId, enabledEvents })),
});

const asWanted = () => ({
  endpoints: [{ status: 'enabled', enabledEvents: ['workflow.created'] }],
  subscriptions: [{ resourceId: stage.sandbox.workflowId, enabledEvents: ['workflow_run.completed'] }],
});

const isAsWanted = () => JSON.stringify(state()) === JSON.stringify(asWanted());

/** What is registered, once n8n has had the time to put it right. */
async function settled() {
  await until(isAsWanted, 30_000);
  return state();
}

const endpointId = () => stage.endpoints[0]?.id ?? '';

describe('a registration that has drifted', () => {
  it('is right at first', async () => {
    expect(await settled()).toEqual(asWanted());
  });

  const endpoint = () => `/webhook_endpoints/${endpointId()}`;
  const subscription = () => `/webhook_subscriptions/${stage.subscriptions[0]?.id}`;

  it.each<[string, () => Promise<unknown>]>([
    ['a disabled endpoint', async () => await stage.api('POST', endpoint(), { status: 'disabled' })],
    ['changed events', async () => await stage.api('POST', endpoint(), { enabledEvents: ['workflow.deleted'] })],
    ['a lost subscription', async () => await stage.api('DELETE', subscription())],
    ['changed events of the subscription', async () => await stage.api('POST', subscription(), { enabledEvents: ['workflow_run.failed'] })],
  ])('%s is put right on the same endpoint', async (_, drift) => {
    const id = endpointId();
    await drift();
    expect(state()).not.toEqual(asWanted());
    await stage.server.restart();
    expect(await settled()).toEqual(asWanted());
    expect(endpointId()).toBe(id);
  }, 60_000);

  it('is made anew when the endpoint is gone, and when the API token was replaced', async () => {
    const first = endpointId();
    await stage.api('DELETE', endpoint());
    await stage.server.restart();
    expect(await settled()).toEqual(asWanted());
    const second = endpointId();
    expect(second).not.toBe(first);

    stage.sandbox.configure({ token: 'sk_replaced' });
    const data = credentialFor(stage.sandbox, { apiToken: 'sk_replaced' });
    await stage.n8n.request('PATCH', `/rest/credentials/${stage.credential.id}`, { name: 'Extend API', type: 'extendApi', data });
    await stage.server.restart();
    await until(() => endpointId() !== second && isAsWanted(), 30_000);
    expect(state()).toEqual(asWanted());
    expect(endpointId()).not.toBe(second);
    expect(await stage.sandbox.deliver({ endpointId: endpointId() })).toEqual([200]);
    await stage.unpublish(workflowId);
  }, 90_000);
});
