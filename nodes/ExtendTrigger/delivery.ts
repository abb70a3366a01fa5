import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { readEvent } from '../../extend/webhook/envelope';
import { isWanted } from '../../extend/webhook/filter';
import { RecentEvents } from '../../extend/webhook/recent';
import { refuse } from '../../extend/webhook/signature';
import { CREDENTIAL_TYPE, type ExtendCredential } from '../../transport/credential';
import { nodeKeyOf } from '../shared/eventRecord';
import { subscribeToNew } from './newWorkflows';
import { followsNewWorkflows, readSettings, webhookSetupOf } from './settings';
import { knownSecrets, type Registered } from './store';

/** Shared by the triggers of the process; filled by `execute` once an event is on record. */
export const recentEvents = new RecentEvents();

/** n8n answers 200 and starts no execution. */
const IGNORED: IWebhookResponseData = {};

/**
 * Answers one delivery, in fixed order: signature over the raw bytes and timestamp, then parsing, then
 * new workflows, then filters, then repeats. Slow work waits for `execute`, because Extend gives up after 30 seconds.
 * What is accepted is answered by n8n only after the execution is stored.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  const request = context.getRequestObject();
  if (!request.rawBody) await request.readRawBody();
  const rawBody = request.rawBody ?? Buffer.alloc(0);
  const credential = await context.getCredentials<ExtendCredential & IDataObject>(CREDENTIAL_TYPE);
  const store = context.getWorkflowStaticData('node') as Registered;

  const secrets = knownSecrets(webhookSetupOf(context) === 'manual' ? {} : store, credential);
  const refusal = refuse(rawBody, context.getHeaderData(), secrets, Math.floor(Date.now() / 1000));
  if (refusal) {
    context.logger.warn(`Extend Trigger refused a delivery: ${refusal}`, { node: context.getNode().name });
    // Only the response object can say 401 without leaving an execution behind.
    context.getResponseObject().status(401).send('Unauthorized').end();
    return { noWebhookResponse: true };
  }
  const event = readEvent(rawBody);
  if (!event) {
    context.getResponseObject().status(400).send('Not an event').end();
    return { noWebhookResponse: true };
  }
  const settings = readSettings(context);
  if (store.endpointId && followsNewWorkflows(settings) && !(await subscribeToNew(context, store.endpointId, event, settings))) {
    context.getResponseObject().status(503).send('Not subscribed yet').end();
    return { noWebhookResponse: true };
  }
  if (isWanted(event, settings) === false) return IGNORED;
  if (context.getMode() !== 'manual' && recentEvents.has(nodeKeyOf(context), event.eventId)) return IGNORED;
  const json = { ...event, receivedAt: new Date().toISOString() } as unknown as IDataObject;
  return { workflowData: [[{ json }]] };
}
