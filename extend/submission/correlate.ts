import type { FileInput, JsonObject, WorkflowRun } from '../api/types';

/** Metadata key under which a run remembers the n8n item it came from. */
export const CORRELATION_KEY = 'n8n';

/** Metadata key that Extend reads for usage reports. */
export const USAGE_TAGS_KEY = 'extend:usage_tags';

/** Where an input came from. */
export interface Correlation {
  executionId: string;
  nodeName: string;
  /** Index of the source item among the node's input items. */
  itemIndex: number;
  /** A UUID that all inputs of one batch request share; it finds a batch whose answer was lost. */
  submission: string;
  /** Names the document, so that a later execution recognises it. */
  key?: string;
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
    typeof found.submission === 'string'
    ? (found as Correlation)
    : undefined;
}

/** The user's own metadata of a run. */
export function withoutCorrelation(metadata: JsonObject | null | undefined): JsonObject {
  const own = { ...metadata };
  if (readCorrelation(own)) delete own[CORRELATION_KEY];
  return own;
}

/** What is known of a submitted input when its run comes back. */
export interface SubmittedInput {
  itemIndex: number;
  file: FileInput;
}

const fileName = (file: FileInput): string | undefined => {
  if ('id' in file) return undefined;
  if (file.name) return file.name;
  return 'url' in file ? new URL(file.url).pathname.split('/').pop() || undefined : undefined;
};

/**
 * Joins the runs of one batch to the inputs that caused them: by correlation metadata, else by file id,
 * else by a file name that only one input has.
 * @param submission the batch's submission key
 * @returns item index by run id; a run that fits no input, or several, is absent
 */
export function matchRuns(
  inputs: SubmittedInput[],
  runs: Array<Pick<WorkflowRun, 'id' | 'metadata' | 'files'>>,
  submission: string,
): Map<string, number> {
  const byItem = new Set(inputs.map((input) => input.itemIndex));
  const byFileId = uniqueIndex(inputs, (input) => ('id' in input.file ? input.file.id : undefined));
  const byFileName = uniqueIndex(inputs, (input) => fileName(input.file));
  const matches = new Map<string, number>();
  for (const run of runs) {
    const correlation = readCorrelation(run.metadata);
    const files = run.files ?? [];
    const item =
      correlation?.submission === submission && byItem.has(correlation.itemIndex)
        ? correlation.itemIndex
        : first(files.map((file) => byFileId.get(file.id) ?? byFileName.get(file.name)));
    if (item !== undefined) matches.set(run.id, item);
  }
  return matches;
}

const first = (candidates: Array<number | undefined>): number | undefined =>
  candidates.find((candidate) => candidate !== undefined);

/** Item index by key, of keys that exactly one input has. */
function uniqueIndex(
  inputs: SubmittedInput[],
  keyOf: (input: SubmittedInput) => string | undefined,
): Map<string, number> {
  const index = new Map<string, number>();
  const twice = new Set<string>();
  for (const input of inputs) {
    const key = keyOf(input);
    if (key === undefined) continue;
    if (index.has(key)) twice.add(key);
    index.set(key, input.itemIndex);
  }
  for (const key of twice) index.delete(key);
  return index;
}
