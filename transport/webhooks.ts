import { API_VERSION } from '../extend/api/limits';
import type { JsonObject } from '../extend/api/types';
import { type ExtendClient, path } from './client';
import { ExtendApiFailure } from '../extend/api/errors';

/** What an endpoint is to be; everything in it can be changed later, except the secret Extend gives it. */
export interface EndpointSettings {
  url: string;
  name: string;
  enabledEvents: string[];
  advancedOptions: { payload: { format: 'json' } | { format: 'url'; urlThresholdBytes: number } };
}

export interface Endpoint extends Omit<EndpointSettings, 'advancedOptions'> {
  id: string;
  status: string;
  advancedOptions?: { payload?: JsonObject | null } | null;
  /** Only in the answer to its creation, never again. */
  signingSecret?: string;
}

export interface Subscription {
  id: string;
  resourceType: string;
  resourceId: string;
  enabledEvents: string[];
}

/** An answer of 404 means gone; every other failure passes through. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  return await work.catch((error: unknown) => {
    if (error instanceof ExtendApiFailure && error.status === 404) return undefined;
    throw error;
  });
}

export const getEndpoint = async (client: ExtendClient, id: string): Promise<Endpoint | undefined> =>
  await unlessGone(
    client.request<Endpoint>({ method: 'GET', path: path`/webhook_endpoints/${id}`, effect: 'read' }),
  );

/** Every endpoint with exactly this URL, and no other. */
export async function endpointsAt(client: ExtendClient, url: string): Promise<Endpoint[]> {
  const found: Endpoint[] = [];
  for await (const endpoint of client.list<Endpoint>('/webhook_endpoints')) if (endpoint.url === url) found.push(endpoint);
  return found;
}

/** Creates an endpoint; a lost answer may leave one behind, so it is never sent again blindly. */
export const createEndpoint = async (client: ExtendClient, settings: EndpointSettings): Promise<Endpoint> =>
  await client.request<Endpoint>({
    method: 'POST',
    path: '/webhook_endpoints',
    body: { ...settings, apiVersion: API_VERSION, status: 'enabled' },
    effect: 'start',
    category: 'WRITE',
  });

export const updateEndpoint = async (client: ExtendClient, id: string, settings: EndpointSettings): Promise<Endpoint> =>
  await client.request<Endpoint>({
    method: 'POST',
    path: path`/webhook_endpoints/${id}`,
    body: { ...settings, status: 'enabled' },
    effect: 'write',
  });

/** Removes an endpoint and with it its subscriptions; one that is gone already is fine. */
export const deleteEndpoint = async (client: ExtendClient, id: string): Promise<void> => {
  await unlessGone(client.request({ method: 'DELETE', path: path`/webhook_endpoints/${id}`, effect: 'write' }));
};

export async function subscriptionsOf(client: ExtendClient, webhookEndpointId: string): Promise<Subscription[]> {
  const found: Subscription[] = [];
  for await (const subscription of client.list<Subscription>('/webhook_subscriptions', { webhookEndpointId })) found.push(subscription);
  return found;
}

/** Subscribes an endpoint to a workflow. Extend replaces the events of an existing pair, so a repeat does no harm. */
export const subscribe = async (
  client: ExtendClient,
  webhookEndpointId: string,
  workflowId: string,
  enabledEvents: string[],
): Promise<void> => {
  await client.request({
    method: 'POST',
    path: '/webhook_subscriptions',
    body: { webhookEndpointId, resourceType: 'workflow', resourceId: workflowId, enabledEvents },
    effect: 'write',
  });
};

export const unsubscribe = async (client: ExtendClient, id: string): Promise<void> => {
  await unlessGone(client.request({ method: 'DELETE', path: path`/webhook_subscriptions/${id}`, effect: 'write' }));
};
