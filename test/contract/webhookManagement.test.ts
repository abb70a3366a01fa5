import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf, pagesOf } from '../../harness/sandboxClient';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, {});

const url = 'https://example.com/hook';
const endpoint = async (more: Partial<Extend.WebhookEndpointsCreateRequest> = {}) =>
  await client.webhookEndpoints.create({ url, name: 'n8n', enabledEvents: [], apiVersion: '2026-02-09', ...more });
const subscribe = async (webhookEndpointId: string, more: Partial<Extend.WebhookSubscriptionsCreateRequest> = {}) =>
  await client.webhookSubscriptions.create({
    webhookEndpointId,
    resourceType: 'workflow',
    resourceId: sandbox.workflowId,
    enabledEvents: ['workflow_run.completed'],
    ...more,
  });

describe('endpoints', () => {
  it('show their secret once, on creation', async () => {
    const created = await endpoint({ advancedOptions: { headers: { 'x-a': '1' } } });
    const { signingSecret, ...shown } = created;
    expect(signingSecret).toMatch(/^wss_/);
    expect(shown).toMatchObject({ object: 'webhook_endpoint', url, status: 'enabled', apiVersion: '2026-02-09', advancedOptions: { headers: { 'x-a': '1' } } });
    expect(await client.webhookEndpoints.retrieve(created.id)).toEqual(shown);
    expect(await client.webhookEndpoints.update(created.id, { name: 'new' })).toEqual({ ...shown, name: 'new' });
    expect((await client.webhookEndpoints.list()).data).toEqual([{ ...shown, name: 'new' }]);
    expect(sandbox.secretOf(created.id)).toBe(signingSecret);
  });

  it('change only what an update names', async () => {
    const { id } = await endpoint({ enabledEvents: ['parse_run.failed'], advancedOptions: { payload: { format: 'url', urlThresholdBytes: 10 } } });
    await client.webhookEndpoints.update(id, { status: 'disabled' });
    const changed = await client.webhookEndpoints.retrieve(id);
    expect(changed).toMatchObject({ status: 'disabled', enabledEvents: ['parse_run.failed'], advancedOptions: { payload: { format: 'url' } } });
    expect((await client.webhookEndpoints.list({ status: 'enabled' })).data).toEqual([]);
    expect((await client.webhookEndpoints.list({ status: 'disabled' })).data).toHaveLength(1);
  });

  it.each<[string, Partial<Record<keyof Extend.WebhookEndpointsCreateRequest | 'secret', unknown>>]>([
    ['an unknown key', { secret: 'x' }],
    ['an address that is none', { url: 'hook' }],
    ['no name', { name: '' }],
    ['a name over 100 characters', { name: 'x'.repeat(101) }],
    ['an event of workflow runs', { enabledEvents: ['workflow_run.completed'] }],
    ['an event that does not exist', { enabledEvents: ['parse_run.done'] }],
    ['another API version', { apiVersion: '2024-12-23' }],
    ['no API version', { apiVersion: undefined }],
    ['a status nobody knows', { status: 'paused' }],
    ['a threshold without the format url', { advancedOptions: { payload: { format: 'json', urlThresholdBytes: 1 } } }],
  ])('refuse %s', async (_, more) => {
    await expect(endpoint(more as never)).rejects.toThrow(Extend.BadRequestError);
    expect(sandbox.ledger().endpoints).toEqual([]);
  });

  it('cannot change their API version', async () => {
    const { id } = await endpoint();
    await expect(client.webhookEndpoints.update(id, { apiVersion: '2026-02-09' } as never)).rejects.toThrow(Extend.BadRequestError);
  });

  it('take events of workflow runs, or want https, where that is switched on', async () => {
    sandbox.configure({ unknowns: { runEventsOnEndpoints: 'accept', endpointUrls: 'https' } });
    expect((await endpoint({ enabledEvents: ['workflow_run.completed'] })).enabledEvents).toEqual(['workflow_run.completed']);
    await expect(endpoint({ url: 'http://localhost/hook' })).rejects.toThrow(Extend.BadRequestError);
  });

  it('take their subscriptions along when they are deleted', async () => {
    const [{ id }, other] = [await endpoint(), await endpoint()];
    const [gone, kept] = [await subscribe(id), await subscribe(other.id)];
    expect(await client.webhookEndpoints.delete(id)).toEqual({ id });
    await expect(client.webhookSubscriptions.retrieve(gone.id)).rejects.toThrow(Extend.NotFoundError);
    expect((await client.webhookSubscriptions.list()).data).toEqual([kept]);
    await expect(client.webhookEndpoints.delete(id)).rejects.toThrow(Extend.NotFoundError);
  });
});

describe('subscriptions', () => {
  it('are created, found, changed and deleted', async () => {
    const { id: webhookEndpointId } = await endpoint();
    const created = await subscribe(webhookEndpointId);
    expect(created).toMatchObject({ object: 'webhook_subscription', webhookEndpointId, resourceType: 'workflow', resourceId: sandbox.workflowId });
    expect(await client.webhookSubscriptions.retrieve(created.id)).toEqual(created);
    const enabledEvents = ['workflow_run.failed', 'workflow_run.rejected'];
    expect(await client.webhookSubscriptions.update(created.id, { enabledEvents })).toEqual({ ...created, enabledEvents });
    expect(await client.webhookSubscriptions.delete(created.id)).toEqual({ id: created.id });
    expect((await client.webhookSubscriptions.list()).data).toEqual([]);
  });

  it('are one per endpoint and resource: the second replaces the events', async () => {
    const [one, other] = [await endpoint(), await endpoint()];
    const first = await subscribe(one.id);
    const again = await subscribe(one.id, { enabledEvents: ['workflow_run.failed'] });
    expect([again.id, again.enabledEvents]).toEqual([first.id, ['workflow_run.failed']]);
    expect((await subscribe(other.id)).id).not.toBe(first.id);
    const pages = await pagesOf((nextPageToken) => client.webhookSubscriptions.list({ resourceId: sandbox.workflowId, maxPageSize: 1, nextPageToken }));
    expect(pages.flat()).toHaveLength(2);
    expect((await client.webhookSubscriptions.list({ webhookEndpointId: one.id })).data.map(({ id }) => id)).toEqual([first.id]);
  });

  it('can be for an extractor that some workflow uses', async () => {
    const { id } = await endpoint();
    const extractor = { resourceType: 'extractor', resourceId: 'ex_invoice', enabledEvents: ['extract_run.processed'] };
    expect(await subscribe(id, extractor)).toMatchObject(extractor);
    await expect(subscribe(id, { ...extractor, resourceId: 'ex_other' })).rejects.toThrow(Extend.NotFoundError);
  });

  it.each<[string, Partial<Record<keyof Extend.WebhookSubscriptionsCreateRequest | 'name', unknown>>, object]>([
    ['an unknown key', { name: 'x' }, Extend.BadRequestError],
    ['an event of another resource', { enabledEvents: ['extract_run.processed'] }, Extend.BadRequestError],
    ['an event of the whole workspace', { enabledEvents: ['workflow.created'] }, Extend.BadRequestError],
    ['a resource nobody knows', { resourceType: 'parser' }, Extend.BadRequestError],
    ['an unknown workflow', { resourceId: 'workflow_x' }, Extend.NotFoundError],
    ['an unknown endpoint', { webhookEndpointId: 'wh_x' }, Extend.NotFoundError],
  ])('refuse %s', async (_, more, type) => {
    const { id } = await endpoint();
    await expect(subscribe(id, more as never)).rejects.toThrow(type as never);
    expect(sandbox.ledger().subscriptions).toEqual([]);
  });
});
