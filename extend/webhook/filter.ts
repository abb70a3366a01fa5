import type { JsonObject } from '../api/types';
import { batchIdOf, metadataOf, signedUrlOf, type WebhookEvent, workflowIdOf } from './envelope';
import { EVENT_TYPES, isWorkflowScoped } from './events';

export interface EventFilter {
  /** Chosen event types. */
  events: string[];
  /** Chosen workflows; absent for all. */
  workflowIds?: string[];
  /** Only events of these batches; empty for all. */
  batchIds: string[];
  /** Only events whose metadata has each of these values. */
  metadata: Array<{ name: string; value: string }>;
}

const KNOWN = new Set<string>(EVENT_TYPES);

/** Metadata values are any JSON; the panel knows text. */
const sameValue = (found: unknown, wanted: string): boolean =>
  typeof found === 'object' && found !== null ? JSON.stringify(found) === wanted : String(found) === wanted;

/**
 * Whether an event is wanted. An event type that did not exist when this package was made is always wanted:
 * nobody could choose it, and Extend sends it only where it was asked for.
 * @returns undefined when only the whole payload can tell, and just its address was sent
 */
export function isWanted(event: WebhookEvent, { events, workflowIds, batchIds, metadata }: EventFilter): boolean | undefined {
  if (KNOWN.has(event.eventType) && !events.includes(event.eventType)) return false;
  const partial = signedUrlOf(event) !== undefined;
  const verdicts = [
    !isWorkflowScoped(event.eventType) || judge(workflowIdOf(event), workflowIds, partial, true),
    batchIds.length === 0 || judge(batchIdOf(event), batchIds, partial, false),
    metadata.length === 0 || judgeMetadata(metadataOf(event), metadata, partial),
  ];
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
}

function judge(id: string | undefined, wanted: string[] | undefined, partial: boolean, ifAbsent: boolean) {
  if (wanted === undefined) return true;
  if (id === undefined) return partial ? undefined : ifAbsent;
  return wanted.includes(id);
}

function judgeMetadata(found: JsonObject | undefined, wanted: EventFilter['metadata'], partial: boolean) {
  if (found === undefined) return partial ? undefined : false;
  return wanted.every(({ name, value }) => Object.hasOwn(found, name) && sameValue(found[name], value));
}
