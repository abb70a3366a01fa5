import type { BatchState } from '../../../extend/results/collect';
import { matchRuns } from '../../../extend/submission/correlate';
import type { WorkflowRun } from '../../../extend/api/types';
import type { Accepted } from './report';
import type { Recognised } from './recognise';

/** Inputs whose runs are waited for together. */
export interface Awaited {
  itemIndexes: number[];
  state: BatchState;
  /** Submission key of a batch of this execution. */
  submission?: string;
  /** Item index by run ID, of the runs that are known to belong to one. */
  match(runs: WorkflowRun[]): Map<string, number>;
}

const newState = (state: Pick<BatchState, 'batchId' | 'only' | 'expected'>): BatchState => ({ ...state, ended: new Map(), listed: [] });

/** The runs of a batch that was submitted just now. */
export const awaitBatch = ({ batchId, submission, chunk: { inputs } }: Accepted): Awaited => ({
  itemIndexes: inputs.map(({ itemIndex }) => itemIndex),
  state: newState({ batchId, expected: inputs.length }),
  submission,
  match: (runs) => matchRuns(inputs, runs, submission),
});

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
    const itemByRun = new Map(entries.map(({ input, run }) => [run.workflowRunId, input.itemIndex]));
    return {
      itemIndexes: [...itemByRun.values()],
      state: newState({ ...(batchId !== undefined && { batchId }), only: new Set(itemByRun.keys()), expected: itemByRun.size }),
      match: () => itemByRun,
    };
  });
}
