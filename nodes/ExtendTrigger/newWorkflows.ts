import type { IWebhookFunctions } from 'n8n-workflow';
import { resourceIdOf, type WebhookEvent } from '../../extend/webhook/envelope';
import { settle } from '../../extend/settle';
import { isWorkflowScoped, NEW_WORKFLOW_EVENTS } from '../../extend/webhook/events';
import { ExtendClient } from '../../transport/client';
import { subscribe } from '../../transport/webhooks';
import type { TriggerSettings } from './settings';

const announces = (eventType: string): boolean => NEW_WORKFLOW_EVENTS.some((type) => type === eventType);

/**
 * Subscribes the endpoint to a workflow that an event announces; other events pass.
 * @returns false when it may succeed later: Extend then delivers the event again. What will never succeed is logged.
 */
export async function subscribeToNew(context: IWebhookFunctions, endpointId: string, event: WebhookEvent, { events }: TriggerSettings): Promise<boolean> {
  const workflowId = resourceIdOf(event);
  if (!announces(event.eventType) || workflowId === undefined) return true;
  const client = await ExtendClient.connect(context);
  const { failure } = await settle(subscribe(client, endpointId, workflowId, events.filter(isWorkflowScoped)));
  if (!failure) return true;
  context.logger.warn(`Extend Trigger could not subscribe to the new workflow ${workflowId}: ${failure.message}`, { node: context.getNode().name });
  return failure.kind === 'http' && failure.status !== undefined && failure.status < 500 && ![408, 429].includes(failure.status);
}
