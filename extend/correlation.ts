import { createHash } from 'node:crypto';
import type { JsonObject } from './api/types';

/** Metadata key under which a run remembers the n8n item it came from. */
export const CORRELATION_KEY = 'n8n';

/** Metadata key that Extend reads for usage reports. */
export const USAGE_TAGS_KEY = 'extend:usage_tags';

/** Where the inputs of an execution come from; absent when no correlation metadata is to be added. */
export interface Origin {
  executionId: string;
  nodeName: string;
}

/** Where an input came from. */
export interface Correlation extends Origin {
  /** Index of the source item among the node's input items. */
  itemIndex: number;
  /** A UUID that all inputs of one request share; it finds a submission whose answer was lost. */
  submissionKey: string;
  /** Number of inputs of that request: a batch is complete when as many runs have ended. */
  of: number;
  /** Names the document, so that a later execution recognises it. */
  deduplicationKey?: string;
}

/** Longer keys would take up the room of the user's own metadata. */
const MAX_KEY_LENGTH = 64;

/** The form in which a deduplication key is kept in metadata: the same for texts that look the same. */
export function toDeduplicationKey(text: string): string {
  const key = text.normalize('NFC');
  return key.length <= MAX_KEY_LENGTH ? key : `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** Adds the correlation key; metadata of the user's own under that key wins. */
export const withCorrelation = (metadata: JsonObject | undefined, correlation: Correlation): JsonObject => ({
  [CORRELATION_KEY]: correlation,
  ...metadata,
});

/** The source of a run, when this package put it there. */
export function readCorrelation(metadata: JsonObject | null | undefined): Correlation | undefined {
  const found = metadata?.[CORRELATION_KEY] as Partial<Correlation> | null | undefined;
  return typeof found === 'object' &&
    found !== null &&
    typeof found.itemIndex === 'number' &&
    typeof found.submissionKey === 'string'
    ? (found as Correlation)
    : undefined;
}

/** The user's own metadata of a run. */
export function withoutCorrelation(metadata: JsonObject | null | undefined): JsonObject {
  const own = { ...metadata };
  if (readCorrelation(own)) delete own[CORRELATION_KEY];
  return own;
}
