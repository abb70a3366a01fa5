import { type IHookFunctions, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure, failureOf } from '../../extend/api/errors';
import type { WorkflowSummary } from '../../extend/api/types';
import { isWorkflowScoped } from '../../extend/webhook/events';
import { open, seal } from '../../extend/webhook/secretBox';
import type { ExtendClient } from '../../transport/client';
import { CREDENTIAL_TYPE } from '../../transport/credential';
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
import { readSettings } from './settings';
import { forget, storeOf } from './store';

const MAX_NAME_LENGTH = 100;

/** Everything Extend has to be told, from the panel and from n8n. */
interface Wanted {
  settings: EndpointSettings;
  /** Events of single workflows. */
  runEvents: string[];
  workflowIds: string[];
}

const tokenOf = async (context: IHookFunctions): Promise<string> =>
  String((await context.getCredentials(CREDENTIAL_TYPE)).apiToken);

async function wanted(context: IHookFunctions, client: ExtendClient): Promise<Wanted> {
  const { events, workflowIds } = readSettings(context);
  const { urlThresholdBytes = DEFAULT_THRESHOLD_KB } = context.getNodeParameter('options', {}) as {
    urlThresholdBytes?: number;
  };
  const { name: workflowName = '' } = context.getWorkflow();
  const runEvents = events.filter(isWorkflowScoped);
  return {
    settings: {
      url: urlOf(context),
      name: `n8n: ${workflowName} / ${context.getNode().name}`.slice(0, MAX_NAME_LENGTH),
      enabledEvents: events.filter((event) => !isWorkflowScoped(event)),
      advancedOptions: { payload: { format: 'url', urlThresholdBytes: urlThresholdBytes * 1024 } },
    },
    runEvents,
    workflowIds: runEvents.length === 0 ? [] : (workflowIds ?? (await allWorkflowIds(client))),
  };
}

/** Payloads above this are sent as an address; n8n itself takes 16 MB at most by default. */
export const DEFAULT_THRESHOLD_KB = 1024;

async function allWorkflowIds(client: ExtendClient): Promise<string[]> {
  const ids = new Set<string>();
  const query = { sortBy: 'createdAt', sortDir: 'asc' };
  for await (const { data } of client.pages<WorkflowSummary>('/workflows', query)) {
    for (const { id } of data) ids.add(id);
  }
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
async function repairSubscriptions(client: ExtendClient, endpointId: string, { workflowIds, runEvents }: Wanted) {
  const missing = new Set(workflowIds);
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
  const token = await tokenOf(context);
  const endpoint = await getEndpoint(client, store.endpointId);
  const ours = endpoint?.url === urlOf(context) && open(store.sealedSecret ?? '', token) !== undefined;
  if (!endpoint || !ours) {
    forget(store);
    return false;
  }
  const target = await wanted(context, client);
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
  const target = await wanted(context, client);
  refuseEmpty(context, target);
  for (const leftover of await endpointsAt(client, target.settings.url)) await deleteEndpoint(client, leftover.id);
  forget(store);

  const { id, signingSecret } = await createEndpoint(client, target.settings);
  // At once: when what follows fails, n8n calls delete with what is noted here.
  store.endpointId = id;
  const complete = async () => {
    if (!signingSecret) throw new ExtendApiFailure({ kind: 'unreadable', message: 'The new endpoint came without a signing secret' });
    store.sealedSecret = seal(signingSecret, await tokenOf(context));
    for (const workflowId of target.workflowIds) await subscribe(client, id, workflowId, target.runEvents);
  };
  const failure = await failureOf(complete());
  if (!failure) return;
  // If this fails too, the note stays, and n8n's call of delete tries once more.
  if (!(await failureOf(deleteEndpoint(client, id)))) forget(store);
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

function refuseEmpty(context: IHookFunctions, { settings, runEvents, workflowIds }: Wanted): void {
  if (settings.enabledEvents.length === 0 && runEvents.length === 0) {
    throw new NodeOperationError(context.getNode(), 'No event is chosen', {
      description: 'Choose at least one event in the panel of the trigger.',
    });
  }
  if (runEvents.length > 0 && workflowIds.length === 0) {
    throw new NodeOperationError(context.getNode(), 'No workflow is chosen', {
      description: 'Workflow run events are sent per workflow. Add at least one workflow, or choose All Workflows.',
    });
  }
}
