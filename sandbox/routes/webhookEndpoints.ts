import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { invalid, notFound } from '../apiError';
import { API_VERSION } from '../auth';
import { newId } from '../ids';
import { inOrder, page, type Query } from '../paging';
import type { Server } from '../server';
import { type State, type StoredEndpoint, THROUGH_API } from '../state';
import { checkBody } from '../validation/bodies';
import { GLOBAL_EVENTS, SCOPED_EVENTS } from '../webhooks/events';

type Params = { Params: { id: string } };

const MAX_NAME_CHARACTERS = 100;

export function findEndpoint(state: State, id: string): StoredEndpoint {
  const found = state.endpoints.get(id);
  if (!found) throw notFound('Webhook endpoint', id);
  return found;
}

/** The secret is shown once, on creation. */
function toPublic(endpoint: StoredEndpoint): Extend.WebhookEndpoint {
  return { ...endpoint, signingSecret: undefined } as Extend.WebhookEndpoint;
}

/** The bounds that types do not carry. */
function check({ settings }: Server, { url, name, status, enabledEvents = [], advancedOptions }: Extend.WebhookEndpointsUpdateRequest): void {
  const { endpointUrls, runEventsOnEndpoints } = settings.unknowns;
  const protocols = endpointUrls === 'https' ? /^https:/ : /^https?:/;
  if (url !== undefined && !(URL.canParse(url) && protocols.test(url))) throw invalid(settings, 'Invalid URL', 'url');
  if (name !== undefined && (name === '' || name.length > MAX_NAME_CHARACTERS)) {
    throw invalid(settings, `Must have 1 to ${MAX_NAME_CHARACTERS} characters`, 'name');
  }
  if (status !== undefined && !['enabled', 'disabled'].includes(status)) throw invalid(settings, 'Invalid input', 'status');
  const unfit = enabledEvents.find((event) => !GLOBAL_EVENTS.has(event) && !(runEventsOnEndpoints === 'accept' && SCOPED_EVENTS.has(event)));
  if (unfit !== undefined) throw invalid(settings, `${unfit} is not an event of endpoints`, 'enabledEvents');
  const payload = advancedOptions?.payload;
  if (payload && !['json', 'url'].includes(payload.format)) throw invalid(settings, 'Invalid input', 'advancedOptions.payload.format');
  if (payload?.format === 'json' && payload.urlThresholdBytes !== undefined) {
    throw invalid(settings, 'Only allowed with the format url', 'advancedOptions.payload.urlThresholdBytes');
  }
}

export function webhookEndpointRoutes(app: FastifyInstance, server: Server): void {
  app.post('/webhook_endpoints', async ({ body }): Promise<Extend.WebhookEndpointCreate> => {
    const request = checkBody<Extend.WebhookEndpointsCreateRequest>(server.settings, 'createEndpoint', body);
    check(server, request);
    if (request.apiVersion !== API_VERSION) throw invalid(server.settings, `Must be ${API_VERSION}`, 'apiVersion');
    const created: StoredEndpoint = {
      object: 'webhook_endpoint',
      id: newId('wh'),
      ...request,
      status: request.status ?? 'enabled',
      advancedOptions: request.advancedOptions ?? null,
      createdAt: new Date().toISOString(),
      createdBy: THROUGH_API,
      signingSecret: newId('wss'),
    };
    server.state.endpoints.set(created.id, created);
    return created;
  });

  app.get<{ Querystring: Query }>('/webhook_endpoints', async ({ query }) => {
    const rows = [...server.state.endpoints.values()].filter(({ status }) => query.status === undefined || status === query.status);
    return page(server.settings, inOrder(server.settings, rows, query), query, toPublic);
  });

  app.get<Params>('/webhook_endpoints/:id', async ({ params }) => toPublic(findEndpoint(server.state, params.id)));

  app.post<Params>('/webhook_endpoints/:id', async ({ params, body }) => {
    const found = findEndpoint(server.state, params.id);
    const changes = checkBody<Extend.WebhookEndpointsUpdateRequest>(server.settings, 'updateEndpoint', body);
    check(server, changes);
    return toPublic(Object.assign(found, changes));
  });

  app.delete<Params>('/webhook_endpoints/:id', async ({ params: { id } }): Promise<Extend.WebhookEndpointsDeleteResponse> => {
    const { endpoints, subscriptions } = server.state;
    findEndpoint(server.state, id);
    endpoints.delete(id);
    for (const one of [...subscriptions.values()]) if (one.webhookEndpointId === id) subscriptions.delete(one.id);
    return { id };
  });
}
