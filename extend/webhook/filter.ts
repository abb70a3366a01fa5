import type { JsonObject } from '../api/types';
import { batchIdOf, metadataOf, signedUrlOf, type WebhookEvent, workflowIdOf } from './envelope';
import { EVENT_TYPES, isWorkflowScoped } from './events';

/** A condition about a value of the metadata. */
export interface MetadataCondition {
  /** Name of the value; dots lead into objects. */
  name: string;
  /** Any of these, as text. */
  values: string[];
}

export interface EventFilter {
  /** Chosen event types. */
  events: string[];
  /** Chosen workflows; absent for all. */
  workflowIds?: string[];
  /** Only events of these batches; empty for all. */
  batchIds: string[];
  /** Only events whose metadata meets all of these. */
  metadata: MetadataCondition[];
}

const KNOWN = new Set<string>(EVENT_TYPES);

/** JSON in one form, whatever blanks it was written with; undefined for a text that is no JSON. */
function normalized(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Metadata values are any JSON; the panel knows text. */
const sameValue = (found: unknown, wanted: string): boolean =>
  typeof found === 'object' && found !== null ? JSON.stringify(found) === normalized(wanted) : String(found).trim() === wanted;

/** The value under a name. A name with dots is first taken as it stands, because keys may have dots too. */
function valueAt(found: unknown, name: string): unknown {
  if (typeof found !== 'object' || found === null) return undefined;
  const fields = found as JsonObject;
  if (Object.hasOwn(fields, name)) return fields[name];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot);
    const value = Object.hasOwn(fields, head) ? valueAt(fields[head], name.slice(dot + 1)) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

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

function judgeMetadata(found: JsonObject | undefined, conditions: MetadataCondition[], partial: boolean) {
  if (found === undefined) return partial ? undefined : false;
  return conditions.every(({ name, values }) => {
    const value = valueAt(found, name);
    return value !== undefined && values.some((wanted) => sameValue(value, wanted));
  });
}
