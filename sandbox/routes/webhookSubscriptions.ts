import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { invalid, notFound } from '../apiError';
import { newId } from '../ids';
import { inOrder, page, type Query } from '../paging';
import type { Server } from '../server';
import type { State } from '../state';
import { checkBody } from '../validation/bodies';
import { fits } from '../webhooks/events';
import { findWorkflow } from '../workflows/find';
import { findEndpoint } from './webhookEndpoints';

type Params = { Params: { id: string } };

function find(state: State, id: string): Extend.WebhookSubscription {
  const found = state.subscriptions.get(id);
  if (!found) throw notFound('Webhook subscription', id);
  return found;
}

/** Workflows must exist; of extractors and the like only those are known that some workflow uses. */
function checkResource(state: State, type: string, id: string): void {
  if (type === 'workflow') {
    findWorkflow(state, id);
    return;
  }
  const versions = [...state.workflows.values()].flatMap(({ draft, published }) => [draft, ...published]);
  const used = versions.some(({ steps }) => steps.some((step) => JSON.stringify(step).includes(JSON.stringify(id))));
  if (!used) throw notFound(type, id);
}

export function webhookSubscriptionRoutes(app: FastifyInstance, server: Server): void {
  const checkEvents = (events: string[], resourceType: string): void => {
    const unfit = events.find((event) => !fits(event, resourceType));
    if (unfit !== undefined) throw invalid(server.settings, `${unfit} is not an event of a ${resourceType}`, 'enabledEvents');
  };

  app.post('/webhook_subscriptions', async ({ body }): Promise<Extend.WebhookSubscription> => {
    const { state, settings } = server;
    const wanted = checkBody<Extend.WebhookSubscriptionsCreateRequest>(settings, 'createSubscription', body);
    const { webhookEndpointId, resourceType, resourceId, enabledEvents } = wanted;
    if (!['workflow', 'extractor', 'classifier', 'splitter'].includes(resourceType)) throw invalid(settings, 'Invalid input', 'resourceType');
    findEndpoint(state, webhookEndpointId);
    checkResource(state, resourceType, resourceId);
    checkEvents(enabledEvents, resourceType);
    const same = [...state.subscriptions.values()].find(
      (one) => one.webhookEndpointId === webhookEndpointId && one.resourceId === resourceId,
    );
    if (same) return Object.assign(same, { enabledEvents });
    const createdAt = new Date().toISOString();
    const created: Extend.WebhookSubscription = { object: 'webhook_subscription', id: newId('whes'), ...wanted, createdAt };
    state.subscriptions.set(created.id, created);
    return created;
  });

  app.get<{ Querystring: Query }>('/webhook_subscriptions', async ({ query }) => {
    const rows = [...server.state.subscriptions.values()].filter(
      ({ webhookEndpointId, resourceId }) =>
        (query.webhookEndpointId === undefined || webhookEndpointId === query.webhookEndpointId) &&
        (query.resourceId === undefined || resourceId === query.resourceId),
    );
    return page(server.settings, inOrder(server.settings, rows, query), query, (row) => row);
  });

  app.get<Params>('/webhook_subscriptions/:id', async ({ params }) => find(server.state, params.id));

  app.post<Params>('/webhook_subscriptions/:id', async ({ params, body }) => {
    const found = find(server.state, params.id);
    const { enabledEvents } = checkBody<Extend.WebhookSubscriptionsUpdateRequest>(server.settings, 'updateSubscription', body);
    checkEvents(enabledEvents, found.resourceType);
    return Object.assign(found, { enabledEvents });
  });

  app.delete<Params>('/webhook_subscriptions/:id', async ({ params: { id } }): Promise<Extend.WebhookSubscriptionsDeleteResponse> => {
    find(server.state, id);
    server.state.subscriptions.delete(id);
    return { id };
  });
}
