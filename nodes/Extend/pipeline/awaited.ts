import { isTerminal } from '../../../extend/api/statuses';
import type { Run } from '../../../extend/api/types';
import { type Watch, watch } from '../../../extend/results/collect';
import { type Match, matchInputs } from '../../../extend/results/match';
import type { Accepted } from '../../../extend/submission/outcome';
import type { Recognised } from './recognise';

/** Inputs whose runs are waited for together. */
export interface Awaited {
  itemIndexes: number[];
  watch: Watch;
  /** Item index of a run that belongs to one of them. */
  match: Match;
  /** Submission key of a batch of this execution. */
  submissionKey?: string;
  /** The runs are of earlier submissions. */
  isEarlier?: boolean;
}

/** What was submitted just now: each batch, and all single runs together. */
export function awaitAccepted(accepted: Accepted[]): Awaited[] {
  const batches = accepted.flatMap(({ batchId, submissionKey, chunk: { inputs } }): Awaited[] =>
    batchId === undefined
      ? []
      : [{ itemIndexes: inputs.map(({ itemIndex }) => itemIndex), watch: watch({ batchId, expected: inputs.length }), submissionKey, match: matchInputs(inputs, submissionKey) }],
  );
  const itemByRun = new Map<string, number>();
  const runs: Run[] = [];
  for (const { run, chunk } of accepted) {
    const [input] = chunk.inputs;
    if (!run || !input) continue;
    itemByRun.set(run.id, input.itemIndex);
    runs.push(run);
  }
  if (runs.length === 0) return batches;
  const singles = { ...watch({ only: new Set(itemByRun.keys()), expected: runs.length }), listed: runs };
  for (const run of runs) if (isTerminal(run.status)) singles.ended.set(run.id, run);
  return [...batches, { itemIndexes: [...itemByRun.values()], watch: singles, match: ({ id }) => itemByRun.get(id) }];
}

/** Runs of earlier submissions, together where they belong to one batch. */
export function awaitRecognised(recognised: Recognised[]): Awaited[] {
  const byBatch = new Map<string | undefined, Recognised[]>();
  for (const entry of recognised) {
    const { batchId } = entry.run;
    const others = byBatch.get(batchId) ?? [];
    others.push(entry);
    byBatch.set(batchId, others);
  }
  return [...byBatch].map(([batchId, entries]) => {
    const itemByRun = new Map(entries.map(({ input, run }) => [run.runId, input.itemIndex]));
    return {
      itemIndexes: [...itemByRun.values()],
      watch: watch({ ...(batchId !== undefined && { batchId }), only: new Set(itemByRun.keys()), expected: itemByRun.size }),
      match: ({ id }) => itemByRun.get(id),
      isEarlier: true,
    };
  });
}
