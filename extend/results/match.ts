import type { FileInput, Run } from '../api/types';
import { readCorrelation } from '../correlation';

/** What is known of a submitted input when its run comes back. */
export interface SubmittedInput {
  itemIndex: number;
  files: FileInput[];
}

/** Item index of a run; undefined for a run that fits no input, or several. */
export type Match = (run: Pick<Run, 'id' | 'metadata' | 'files'>) => number | undefined;

const fileName = (file: FileInput): string | undefined => {
  if ('id' in file) return undefined;
  if (file.name) return file.name;
  return 'url' in file ? decoded(new URL(file.url).pathname.split('/').pop() || undefined) : undefined;
};

/** Extend names a file by its address, in the characters that the address stands for. */
function decoded(part: string | undefined): string | undefined {
  try {
    return part && decodeURIComponent(part);
  } catch {
    // A percent sign of its own is a character like any other.
    return part;
  }
}

/**
 * Joins the runs of one batch to the inputs that caused them: by correlation metadata, else by file ID, else by a file
 * name that only one input has.
 * @param submissionKey the batch's submission key
 */
export function matchInputs(inputs: SubmittedInput[], submissionKey: string): Match {
  const items = new Set(inputs.map(({ itemIndex }) => itemIndex));
  const byFileId = uniqueIndex(inputs, (file) => ('id' in file ? file.id : undefined));
  const byFileName = uniqueIndex(inputs, fileName);
  return ({ metadata, files }) => {
    const correlation = readCorrelation(metadata);
    if (correlation?.submissionKey === submissionKey && items.has(correlation.itemIndex)) return correlation.itemIndex;
    const candidates = (files ?? []).map(({ id, name }) => byFileId.get(id) ?? byFileName.get(name));
    return candidates.find((found) => found !== undefined);
  };
}

/** Item index by key, of keys that exactly one input has. */
function uniqueIndex(inputs: SubmittedInput[], keyOf: (file: FileInput) => string | undefined): Map<string, number> {
  const index = new Map<string, number>();
  const repeated = new Set<string>();
  for (const { itemIndex, files } of inputs) {
    for (const file of files) {
      const key = keyOf(file);
      if (key === undefined) continue;
      if (index.has(key)) repeated.add(key);
      index.set(key, itemIndex);
    }
  }
  for (const key of repeated) index.delete(key);
  return index;
}
