import type { JsonObject } from '../api/types';
import { isObject } from '../json';

/** What Extend posts. */
export interface WebhookEvent {
  eventId: string;
  eventType: string;
  payload: JsonObject;
}

/** Reads a delivery's body; undefined when it is not an event. Unknown event types are events. */
export function readEvent(rawBody: Buffer): WebhookEvent | undefined {
  try {
    const parsed: unknown = JSON.parse(rawBody.toString('utf8'));
    if (!isObject(parsed)) return undefined;
    const { eventId, eventType, payload } = parsed;
    if (typeof eventId !== 'string' || eventId === '' || typeof eventType !== 'string') return undefined;
    return { eventId, eventType, payload: isObject(payload) ? payload : {} };
  } catch {
    return undefined;
  }
}

/** The address of a payload that was too large to be sent along; it is valid for an hour. */
export const signedUrlOf = ({ payload }: WebhookEvent): string | undefined =>
  payload.object === 'signed_data_url' && typeof payload.data === 'string' ? payload.data : undefined;

/** The user's and our metadata of the run an event tells of; step events carry none. */
export const metadataOf = ({ payload }: WebhookEvent): JsonObject | undefined =>
  isObject(payload.metadata) ? payload.metadata : undefined;

export const batchIdOf = ({ payload }: WebhookEvent): string | undefined =>
  typeof payload.batchId === 'string' ? payload.batchId : undefined;

/** The workflow whose run an event tells of. */
export const workflowIdOf = ({ payload }: WebhookEvent): string | undefined =>
  isObject(payload.workflow) && typeof payload.workflow.id === 'string' ? payload.workflow.id : undefined;

/** The thing itself that an event tells of, such as a workflow that was created. */
export const resourceIdOf = ({ payload }: WebhookEvent): string | undefined =>
  typeof payload.id === 'string' ? payload.id : undefined;
