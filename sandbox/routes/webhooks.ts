import type { Extend } from 'extend-ai';
import { Extend as Sdk } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../apiError';
import { newId } from '../ids';
import { page, type Query, sorted } from '../paging';
import { findWorkflow } from '../runs';
import type { State, StoredEndpoint } from '../state';
import { checkBody, refuse } from '../validation';

type Params = { Params: { id: string } };

const GLOBAL = new Set<string>(Object.values(Sdk.WebhookEndpointEventType));
const SCOPED = new Set<string>(Object.values(Sdk.WebhookSubscriptionEventType));

function checkGlobalEvents(state: State, events: string[] = []): void {
  const allowed = (event: string) => GLOBAL.has(event) || (state.options.unknowns.runEventsOnEndpoints === 'accept' && SCOPED.has(event));
  const wrong = events.find((event) => !allowed(event));
  if (wrong !== undefined) throw refuse(state, `${wrong} is not an event of endpoints. Path: enabledEvents`);
}

function checkScopedEvents(state: State, events: string[]): void {
  const wrong = events.find((event) => !SCOPED.has(event) || !event.startsWith('workflow_run.'));
  if (wrong !== undefined) throw refuse(state, `${wrong} is not an event of workflows. Path: enabledEvents`);
}

/** The secret is shown once, on creation. */
function toPublic(endpoint: StoredEndpoint): Extend.WebhookEndpoint {
  const { signingSecret, ...shown } = endpoint;
  void signingSecret;
  return shown;
}

export function webhookRoutes(app: FastifyInstance, state: () => State): void {
  const endpoint = (id: string): StoredEndpoint => {
    const found = state().endpoints.get(id);
    if (!found) throw notFound('Webhook endpoint', id);
    return found;
  };
  const subscription = (id: string): Extend.WebhookSubscription => {
    const found = state().subscriptions.get(id);
    if (!found) throw notFound('Webhook subscription', id);
    return found;
  };

  app.post('/webhook_endpoints', async ({ body }): Promise<Extend.WebhookEndpointCreate> => {
    const { url, name, status, enabledEvents, apiVersion, advancedOptions } = checkBody<Extend.WebhookEndpointsCreateRequest>(state(), 'createEndpoint', body);
    if (!URL.canParse(url)) throw refuse(state(), 'Not a valid URL. Path: url');
    if (name === '' || name.length > 100) throw refuse(state(), 'Must have 1 to 100 characters. Path: name');
    checkGlobalEvents(state(), enabledEvents);
    const created: StoredEndpoint = {
      object: 'webhook_endpoint',
      id: newId('wh'),
      url,
      name,
      status: status ?? 'enabled',
      enabledEvents,
      apiVersion: apiVersion as Extend.ApiVersionEnum,
      advancedOptions: advancedOptions ?? null,
      createdAt: new Date().toISOString(),
      createdBy: null,
      signingSecret: newId('wss'),
    };
    state().endpoints.set(created.id, created);
    return { ...created };
  });

  app.get<{ Querystring: Query }>('/webhook_endpoints', async ({ query }) => {
    const rows = [...state().endpoints.values()].filter(({ status }) => !query.status || status === query.status);
    return page(sorted(rows, (row) => row.createdAt + row.id, query.sortDir), query, toPublic);
  });

  app.get<Params>('/webhook_endpoints/:id', async ({ params }) => toPublic(endpoint(params.id)));

  app.post<Params>('/webhook_endpoints/:id', async ({ params, body }) => {
    const found = endpoint(params.id);
    const changes = checkBody<Omit<Extend.WebhookEndpointsUpdateRequest, 'id'>>(state(), 'updateEndpoint', body);
    checkGlobalEvents(state(), changes.enabledEvents);
    return toPublic(Object.assign(found, changes));
  });

  app.delete<Params>('/webhook_endpoints/:id', async ({ params: { id } }) => {
    endpoint(id);
    state().endpoints.delete(id);
    for (const { id: own, webhookEndpointId } of state().subscriptions.values()) {
      if (webhookEndpointId === id) state().subscriptions.delete(own);
    }
    return { id };
  });

  app.post('/webhook_subscriptions', async ({ body }): Promise<Extend.WebhookSubscription> => {
    const wanted = checkBody<Extend.WebhookSubscriptionsCreateRequest>(state(), 'createSubscription', body);
    endpoint(wanted.webhookEndpointId);
    if (wanted.resourceType === 'workflow') findWorkflow(state(), wanted.resourceId);
    checkScopedEvents(state(), wanted.enabledEvents);
    const same = [...state().subscriptions.values()].find(
      ({ webhookEndpointId, resourceId }) => webhookEndpointId === wanted.webhookEndpointId && resourceId === wanted.resourceId,
    );
    if (same) return Object.assign(same, { enabledEvents: wanted.enabledEvents });
    const created: Extend.WebhookSubscription = { object: 'webhook_subscription', id: newId('whes'), ...wanted, createdAt: new Date().toISOString() };
    state().subscriptions.set(created.id, created);
    return created;
  });

  app.get<{ Querystring: Query }>('/webhook_subscriptions', async ({ query }) => {
    const rows = [...state().subscriptions.values()].filter(
      ({ webhookEndpointId, resourceId }) =>
        (!query.webhookEndpointId || webhookEndpointId === query.webhookEndpointId) &&
        (!query.resourceId || resourceId === query.resourceId),
    );
    return page(sorted(rows, (row) => row.createdAt + row.id, query.sortDir), query, (row) => row);
  });

  app.get<Params>('/webhook_subscriptions/:id', async ({ params }) => subscription(params.id));

  app.post<Params>('/webhook_subscriptions/:id', async ({ params, body }) => {
    const found = subscription(params.id);
    const { enabledEvents } = checkBody<Omit<Extend.WebhookSubscriptionsUpdateRequest, 'id'>>(state(), 'updateSubscription', body);
    checkScopedEvents(state(), enabledEvents);
    return Object.assign(found, { enabledEvents });
  });

  app.delete<Params>('/webhook_subscriptions/:id', async ({ params: { id } }) => {
    subscription(id);
    state().subscriptions.delete(id);
    return { id };
  });
}
