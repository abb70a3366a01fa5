import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { WorkflowSummary } from '../../extend/api/types';
import { settle } from '../../extend/settle';
import { shorten } from '../../extend/text';
import { isWorkflowScoped } from '../../extend/webhook/events';
import { open, seal } from '../../extend/webhook/secretBox';
import type { ExtendClient } from '../../transport/client';
import { CREDENTIAL_TYPE, type ExtendCredential, tokenOf } from '../../transport/credential';
import {
  createEndpoint,
  deleteEndpoint,
  type Endpoint,
  type EndpointSettings,
  endpointsAt,
  getEndpoint,
  subscribe,
  subscriptionsOf,
  unsubscribe,
  updateEndpoint,
} from '../../transport/webhooks';
import { refuseUnreachable, unreachable, urlOf } from './reachable';
import { readCompleteSettings, workspaceEventsOf } from './settings';
import { forget, storeOf } from './store';

const MAX_NAME_LENGTH = 100;

/** Everything Extend has to be told, from the panel and from n8n. */
interface Wanted {
  settings: EndpointSettings;
  /** Events of single workflows. */
  runEvents: string[];
  /** Their workflows; absent for all. */
  workflowIds?: string[];
}

const sealingToken = async (context: IHookFunctions): Promise<string> =>
  tokenOf(await context.getCredentials<ExtendCredential & IDataObject>(CREDENTIAL_TYPE));

function wanted(context: IHookFunctions): Wanted {
  const settings = readCompleteSettings(context);
  const { name: workflowName = '' } = context.getWorkflow();
  return {
    settings: {
      url: urlOf(context),
      name: shorten(`n8n: ${workflowName} / ${context.getNode().name}`.toWellFormed(), MAX_NAME_LENGTH),
      enabledEvents: workspaceEventsOf(settings),
      advancedOptions: { payload: { format: 'url', urlThresholdBytes: Math.round(settings.largeResultSizeKb * 1024) } },
    },
    runEvents: settings.events.filter(isWorkflowScoped),
    workflowIds: settings.workflowIds,
  };
}

/**
 * The workflows to subscribe to. All of them are listed only once the endpoint is there: it hears of those that are created
 * while the list is read.
 */
const subscribedIds = async (client: ExtendClient, { runEvents, workflowIds }: Wanted): Promise<string[]> =>
  runEvents.length === 0 ? [] : (workflowIds ?? (await allWorkflowIds(client)));

async function allWorkflowIds(client: ExtendClient): Promise<string[]> {
  const ids = new Set<string>();
  const query = { sortBy: 'createdAt', sortDir: 'asc' };
  for await (const { id } of client.list<WorkflowSummary>('/workflows', query)) ids.add(id);
  return [...ids];
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === new Set(a).size;

function hasDrifted(endpoint: Endpoint, { settings }: Wanted): boolean {
  const payload = endpoint.advancedOptions?.payload;
  const threshold = 'urlThresholdBytes' in settings.advancedOptions.payload && settings.advancedOptions.payload.urlThresholdBytes;
  return (
    endpoint.status !== 'enabled' ||
    !same(endpoint.enabledEvents, settings.enabledEvents) ||
    payload?.format !== 'url' ||
    payload?.urlThresholdBytes !== threshold
  );
}

/** Brings the subscriptions of an endpoint to what is wanted: adds, changes, and removes what is no longer chosen. */
async function repairSubscriptions(client: ExtendClient, endpointId: string, target: Wanted) {
  const { runEvents } = target;
  const missing = new Set(await subscribedIds(client, target));
  for (const { id, resourceType, resourceId, enabledEvents } of await subscriptionsOf(client, endpointId)) {
    const kept = resourceType === 'workflow' && missing.has(resourceId);
    if (!kept) await unsubscribe(client, id);
    else if (same(enabledEvents, runEvents)) missing.delete(resourceId);
  }
  for (const workflowId of missing) await subscribe(client, endpointId, workflowId, runEvents);
}

/**
 * Whether our endpoint is there and as it should be; what has drifted is repaired on the way.
 * @returns false when it has to be created: none is known, Extend says 404, its secret cannot be read, or it
 * belongs to another URL (the static data of a duplicated workflow names the endpoint of the original)
 * @throws ExtendApiFailure on every other failure: a hiccup must not lead to a second endpoint
 */
export async function checkExists(context: IHookFunctions, client: ExtendClient): Promise<boolean> {
  const store = storeOf(context);
  if (!store.endpointId) return false;
  const token = await sealingToken(context);
  const endpoint = await getEndpoint(client, store.endpointId);
  const ours = endpoint?.url === urlOf(context) && open(store.sealedSecret ?? '', token) !== undefined;
  if (!endpoint || !ours) {
    forget(store);
    return false;
  }
  const target = wanted(context);
  if (hasDrifted(endpoint, target)) await updateEndpoint(client, endpoint.id, target.settings);
  await repairSubscriptions(client, endpoint.id, target);
  return true;
}

/**
 * Creates the endpoint and its subscriptions, after removing what an earlier try may have left at exactly our
 * URL. When a subscription fails, the endpoint goes again, so that nothing half-made stays behind.
 */
export async function create(context: IHookFunctions, client: ExtendClient): Promise<void> {
  const store = storeOf(context);
  refuseUnreachable(context, client);
  const target = wanted(context);
  for (const leftover of await endpointsAt(client, target.settings.url)) await deleteEndpoint(client, leftover.id);
  forget(store);

  const { id, signingSecret } = await createEndpoint(client, target.settings);
  // At once: when what follows fails, n8n calls delete with what is noted here.
  store.endpointId = id;
  const complete = async () => {
    if (!signingSecret) throw new ExtendApiFailure({ kind: 'unreadable', message: 'The new endpoint came without a signing secret' });
    store.sealedSecret = seal(signingSecret, await sealingToken(context));
    for (const workflowId of await subscribedIds(client, target)) await subscribe(client, id, workflowId, target.runEvents);
  };
  const { failure } = await settle(complete());
  if (!failure) return;
  // If this fails too, the note stays, and n8n's call of delete tries once more.
  if (!(await settle(deleteEndpoint(client, id))).failure) forget(store);
  throw failure;
}

/**
 * Removes our endpoint and with it its subscriptions. n8n tries again only when this throws.
 * @throws ExtendApiFailure unless Extend confirms that the endpoint is gone
 */
export async function remove(context: IHookFunctions, client: ExtendClient): Promise<void> {
  const store = storeOf(context);
  const url = urlOf(context);
  // `create` has refused such a URL, so nothing of ours can be there.
  if (!store.endpointId && unreachable(context, client)) return;
  // By URL, not by the noted id: the note may be missing, or be that of the workflow this one was copied from.
  for (const endpoint of await endpointsAt(client, url)) await deleteEndpoint(client, endpoint.id);
  forget(store);
}
