import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isTerminal } from '../../../extend/api/statuses';
import type { JsonObject, WorkflowRun } from '../../../extend/api/types';
import { readCorrelation } from '../../../extend/submission/correlate';
import { simplifyRun } from '../../../extend/results/simplify';
import type { BatchItems } from './groupByBatch';

export interface RunItemOptions {
  simplify: boolean;
  includeConfidence: boolean;
  /** Nobody waits any longer: runs that have not ended are marked, and inputs without a run are named. */
  timedOut: boolean;
}

const pairedWith = (items: number[]) => (items.length === 1 ? { item: items[0] as number } : items.map((item) => ({ item })));

/**
 * Makes the output items of one batch, a run at a time, so that a full run need not be kept once it is simplified. Each
 * goes on the input item that caused it where the items tell (`itemIndex` and `submissionKey`, which Batch Run gives with
 * one item per input, or the `workflowRunId` of a document that it skipped as submitted before), else on all that name
 * the batch.
 */
export class RunItems {
  private readonly bySource: Map<string, number>;
  private readonly byRun: Map<unknown, number>;
  private readonly found = new Set<number>();
  private runs = 0;

  constructor(
    private readonly context: IExecuteFunctions,
    private readonly batch: BatchItems,
    private readonly options: RunItemOptions,
  ) {
    const input = context.getInputData();
    this.bySource = new Map(batch.items.map((item) => [keyOf(input[item]?.json.submissionKey, input[item]?.json.itemIndex), item]));
    this.byRun = new Map(batch.items.map((item) => [input[item]?.json.workflowRunId, item]));
  }

  toItem(run: WorkflowRun): INodeExecutionData {
    this.runs++;
    const source = readCorrelation(run.metadata);
    const item = this.byRun.get(run.id) ?? (source && this.bySource.get(keyOf(source.submission, source.itemIndex)));
    if (item !== undefined) this.found.add(item);
    return { json: this.toJson(run), pairedItem: item === undefined ? pairedWith(this.batch.items) : { item } };
  }

  /** Inputs without a run: one item each where the input has one item per document, else one for all. */
  missing(): INodeExecutionData[] {
    const { batchId, items, expected = 0 } = this.batch;
    const count = expected - this.runs;
    if (!this.options.timedOut || count <= 0) return [];
    const json = { workflowRunId: null, batchId, status: 'NOT_LISTED', timedOut: true };
    if (items.length !== expected) return [{ json: { ...json, count }, pairedItem: pairedWith(items) }];
    const input = this.context.getInputData();
    return items
      .filter((item) => !this.found.has(item))
      .map((item) => ({ json: { ...json, itemIndex: input[item]?.json.itemIndex ?? null }, pairedItem: { item } }));
  }

  private toJson(run: WorkflowRun): IDataObject {
    const { simplify, includeConfidence, timedOut } = this.options;
    // What a list tells of a run is not its result: it must not look like one.
    const told = run.metadata === undefined ? { ...run, status: 'UNREADABLE' } : run;
    const json: JsonObject = simplify ? simplifyRun(told, includeConfidence) : { ...told };
    return { ...json, ...(timedOut && !isTerminal(run.status) && { timedOut }) } as IDataObject;
  }
}

const keyOf = (submission: unknown, itemIndex: unknown): string => JSON.stringify([submission, itemIndex]);
