import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isTerminal } from '../../../extend/api/statuses';
import type { JsonObject, WorkflowRun } from '../../../extend/api/types';
import { readCorrelation } from '../../../extend/batch/correlate';
import { simplifyRun } from '../../../extend/results/simplify';
import type { BatchItems } from './groupByBatch';

export interface RunItemOptions {
  simplify: boolean;
  includeConfidence: boolean;
  /** Runs that have not ended are marked: nobody waits for them any longer. */
  timedOut: boolean;
}

/** Finds the input item of a run by the `itemIndex` and `submissionKey` that Batch Run gives to each input. */
function sourceItems(context: IExecuteFunctions, { items }: BatchItems) {
  const input = context.getInputData();
  const key = (submission: unknown, itemIndex: unknown) => JSON.stringify([submission, itemIndex]);
  const bySource = new Map(items.map((item) => [key(input[item]?.json.submissionKey, input[item]?.json.itemIndex), item]));
  return ({ metadata }: WorkflowRun): number | undefined => {
    const source = readCorrelation(metadata);
    return source && bySource.get(key(source.submission, source.itemIndex));
  };
}

/** One item per run, on the input item that caused it where the items tell, else on all that name the batch. */
export function runItems(context: IExecuteFunctions, batch: BatchItems, runs: WorkflowRun[], options: RunItemOptions): INodeExecutionData[] {
  const itemOf = sourceItems(context, batch);
  const found = new Set<number>();
  const results = runs.map((run): INodeExecutionData => {
    const item = itemOf(run);
    if (item !== undefined) found.add(item);
    return { json: toJson(run, options), pairedItem: item === undefined ? pairedWith(batch.items) : { item } };
  });
  const missing = options.timedOut ? (batch.expected ?? 0) - runs.length : 0;
  return missing > 0 ? [...results, ...missingItems(context, batch, found, missing)] : results;
}

const pairedWith = (items: number[]) => (items.length === 1 ? { item: items[0] as number } : items.map((item) => ({ item })));

function toJson(run: WorkflowRun, { simplify, includeConfidence, timedOut }: RunItemOptions): IDataObject {
  // What a list tells of a run is not its result: it must not look like one.
  const told = run.metadata === undefined ? { ...run, status: 'UNREADABLE' } : run;
  const json: JsonObject = simplify ? simplifyRun(told, includeConfidence) : { ...told };
  return { ...json, ...(timedOut && !isTerminal(run.status) && { timedOut }) } as IDataObject;
}

/** Inputs without a run: one item each where the input has one item per document, else one for all. */
function missingItems(context: IExecuteFunctions, { batchId, items, expected }: BatchItems, found: Set<number>, count: number): INodeExecutionData[] {
  const status = 'NOT_LISTED';
  if (items.length !== expected) {
    return [{ json: { workflowRunId: null, batchId, status, timedOut: true, count }, pairedItem: pairedWith(items) }];
  }
  const input = context.getInputData();
  return items
    .filter((item) => !found.has(item))
    .map((item) => ({
      json: { workflowRunId: null, batchId, status, timedOut: true, itemIndex: input[item]?.json.itemIndex ?? null },
      pairedItem: { item },
    }));
}
