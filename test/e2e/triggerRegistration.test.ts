/**
 * What the trigger leaves at Extend through the life of a workflow, by the server's own books, on a real n8n.
 */
import { randomUUID } from 'node:crypto';
import type { WorkflowJson } from '../../harness/n8nClient';
import { STAGE_TIMEOUT_MS, credentialFor, filesWith } from '../support/n8nStage';
import { AFTER, TRIGGER, TriggerStage, until } from '../support/triggerStage';

let stage: TriggerStage;

beforeAll(async () => {
  stage = await TriggerStage.open();
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

beforeEach(() => stage.sandbox.reset());

/** The workflow with other settings or places of its trigger. */
const changed = (workflow: WorkflowJson, parameters: Record<string, unknown>, more: Record<string, unknown> = {}): WorkflowJson => ({
  ...workflow,
  nodes: workflow.nodes.map((node) => (node.name === AFTER ? node : { ...node, ...more, parameters: { ...node.parameters, ...parameters } })),
});

describe('the life of a workflow', () => {
  it('is one endpoint with one subscription per workflow whenever it is active, and nothing else', async () => {
    const { n8n } = stage;
    const definition = stage.listener();
    const { id } = await stage.listen(definition);
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    await stage.server.restart();
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    await n8n.deactivateWorkflow(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
    await n8n.activateWorkflow(id);
    expect(await stage.settled(1, 1)).toEqual([1, 1]);

    const other = changed(definition, { events: ['workflow_run.rejected', 'workflow.created'] });
    await n8n.updateWorkflow(id, other);
    await n8n.activateWorkflow(id);
    await until(() => stage.endpoints[0]?.enabledEvents.join() === 'workflow.created');
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    expect(stage.endpoints[0]?.enabledEvents).toEqual(['workflow.created']);
    expect(stage.subscriptions[0]?.enabledEvents).toEqual(['workflow_run.rejected']);

    await n8n.request('POST', `/rest/workflows/${id}/archive`, {});
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
    await n8n.request('DELETE', `/rest/workflows/${id}`);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 240_000);

  it('an export shows where events come from, but not the secret, and neither do files of n8n', async () => {
    const { id, endpointId } = await stage.listen();
    const secret = stage.sandbox.secretOf(endpointId) ?? '';
    const exported = await stage.server.cli('export:workflow', `--id=${id}`);
    expect(exported).toContain(endpointId);
    expect(exported).toContain('sealedSecret');
    expect(exported).not.toContain(secret);
    expect(JSON.stringify(await stage.n8n.getWorkflow(id))).not.toContain(secret);
    expect(stage.server.log()).not.toContain(secret);
    expect(filesWith(stage.server, secret)).toEqual([]);
    expect(filesWith(stage.server, endpointId)).not.toEqual([]);
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 120_000);
});

describe('copies', () => {
  it('a copy that brought the static data of its original gets an endpoint of its own, and takes only that away', async () => {
    const definition = stage.listener();
    const original = await stage.listen(definition);
    const { staticData } = await stage.n8n.getWorkflow(original.id);
    const copy = await stage.importWorkflow({ ...changed(definition, {}, { webhookId: randomUUID() }), staticData });
    expect((await stage.n8n.getWorkflow(copy)).staticData).toEqual(staticData);
    await stage.n8n.activateWorkflow(copy);
    expect(await stage.settled(2, 2)).toEqual([2, 2]);
    await stage.unpublish(copy);
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    expect(stage.endpoints[0]?.id).toBe(original.endpointId);
    expect(await stage.sandbox.deliver({ endpointId: original.endpointId })).toEqual([200]);
    await stage.unpublish(original.id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 120_000);

  it.each([
    ['made in the editor', async (copy: WorkflowJson) => await stage.n8n.createWorkflow(copy).then(({ id }) => id)],
    ['imported with its static data', async (copy: WorkflowJson) => await stage.importWorkflow(copy)],
  ])('a copy at the same URL, which n8n refuses, does not end the original when it was %s', async (_, make) => {
    const definition = stage.listener();
    const original = await stage.listen(definition);
    const { staticData } = await stage.n8n.getWorkflow(original.id);
    const copy = await make({ ...definition, name: 'Copy', staticData });
    await stage.n8n.activateWorkflow(copy).catch(() => undefined);
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    await stage.unpublish(copy);
    await stage.n8n.request('POST', `/rest/workflows/${copy}/archive`, {});
    // Long enough for a wrong removal to happen.
    expect(await stage.settled(0, 0, 5000)).toEqual([1, 1]);
    expect(stage.endpoints[0]?.id).toBe(original.endpointId);
    expect(await stage.sandbox.deliver({ endpointId: original.endpointId })).toEqual([200]);
    await stage.unpublish(original.id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 120_000);
});

describe('other ways to listen', () => {
  const test = async (id: string) => await stage.n8n.test(id, TRIGGER);

  it('a test beside a published workflow has an endpoint of its own, which goes when its event has come', async () => {
    const { id, endpointId } = await stage.listen();
    await test(id);
    expect(await stage.settled(2, 2)).toEqual([2, 2]);
    const own = stage.endpoints.find((endpoint) => endpoint.id !== endpointId);
    expect(own?.url).toContain('/webhook-test/');
    expect(await stage.sandbox.deliver({ endpointId: own?.id, signature: 'forged' })).toEqual([401]);
    expect(await stage.sandbox.deliver({ endpointId: own?.id, eventId: 'event_test' })).toEqual([200]);
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    expect(stage.endpoints.map((endpoint) => endpoint.id)).toEqual([endpointId]);
    expect(await stage.sandbox.deliver({ endpointId, eventId: 'event_test' })).toEqual([200]);
    expect((await stage.executions(id)).map(({ mode }) => mode).sort()).toEqual(['manual', 'webhook']);
    expect((await stage.passedOn(id)).map(({ json }) => json.eventId)).toEqual(['event_test', 'event_test']);
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 60_000);

  it('a test that the user stops takes its endpoint away, and can be started again', async () => {
    const { id } = await stage.n8n.createWorkflow(stage.listener());
    for (let round = 0; round < 2; round++) {
      await test(id);
      expect(await stage.settled(1, 1)).toEqual([1, 1]);
      await stage.n8n.request('DELETE', `/rest/test-webhook/${id}`);
      expect(await stage.settled(0, 0)).toEqual([0, 0]);
    }
  }, 60_000);

  it('manual setup calls no API, and accepts both secrets of the credential while one replaces the other', async () => {
    const data = credentialFor(stage.sandbox, { webhookSigningSecret: 'wss_old, wss_new' });
    const credential = await stage.n8n.createCredential({ name: 'By hand', type: 'extendApi', data });
    const webhookId = randomUUID();
    const id = await stage.publish(stage.listener({ webhookSetup: 'manual' }, { webhookId, credential }));
    const url = `${stage.server.url}/webhook/${webhookId}/extend`;
    await until(async () => (await fetch(url, { method: 'POST' })).status === 401);
    const answers = [];
    for (const secret of ['wss_old', 'wss_new', 'wss_other', '']) answers.push(...(await stage.sandbox.deliver({ url, secret })));
    expect(answers).toEqual([200, 200, 401, 401]);
    expect(await stage.passedOn(id)).toHaveLength(2);
    await stage.unpublish(id);
    expect(stage.sandbox.ledger().requests).toEqual([]);
  }, 60_000);

  it('all workflows are subscribed one by one, over every page', async () => {
    stage.sandbox.configure({ pageCap: 2 });
    for (const name of ['Second', 'Third', 'Fourth', 'Fifth']) await stage.api('POST', '/workflows', { name });
    const id = await stage.publish(stage.listener({ workflowSelection: 'all' }));
    expect(await stage.settled(1, 5)).toEqual([1, 5]);
    expect(new Set(stage.subscriptions.map(({ resourceId }) => resourceId)).size).toBe(5);
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 60_000);

  it('all workflows include those that are created later, without an execution for their creation', async () => {
    const { id, endpointId } = await stage.listen(stage.listener({ workflowSelection: 'all' }));
    expect(stage.endpoints[0]?.enabledEvents).toEqual(['workflow.created', 'workflow.deployed']);
    const later = await stage.api<{ id: string }>('POST', '/workflows', { name: 'Later' });
    expect(await stage.settled(1, 2)).toEqual([1, 2]);
    expect(stage.subscriptions.find(({ resourceId }) => resourceId === later.id)).toMatchObject({ webhookEndpointId: endpointId });
    await stage.api('POST', '/workflow_runs', { workflow: { id: later.id }, file: { text: 'Invoice' } });
    await until(async () => (await stage.n8n.executionIds(id)).length > 0);
    expect((await stage.executions(id)).map(({ status }) => status)).toEqual(['success']);
    expect((await stage.passedOn(id)).map(({ json }) => json.eventType)).toEqual(['workflow_run.completed']);
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 60_000);
});
