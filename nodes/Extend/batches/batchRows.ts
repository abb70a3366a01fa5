import type { IExecuteFunctions } from 'n8n-workflow';
import type { Run } from '../../../extend/api/types';
import { readCorrelation } from '../../../extend/correlation';
import type { RunKind } from '../../../extend/kinds/kind';
import { ResultRows, type ResultSource } from '../../../extend/results/rows';
import { type ResultOptions, resultOf } from '../pipeline/resultItems';
import type { BatchItems } from './groupByBatch';

const keyOf = (submissionKey: unknown, itemIndex: unknown): string => JSON.stringify([submissionKey, itemIndex]);

/**
 * Rows of the runs of a batch. Each belongs to the input item that caused it where the items tell (`itemIndex` and
 * `submissionKey`, which Batch Run gives with one item per input, or the run ID of a document that it skipped as submitted
 * before), else to all that name the batch.
 */
export function batchRows(context: IExecuteFunctions, kind: RunKind, { batchId, items, only, expected }: BatchItems, options: ResultOptions, { isOver, isPartial }: Pick<ResultSource, 'isOver' | 'isPartial'>): ResultRows {
  const input = context.getInputData();
  const jsonOf = (item: number) => input[item]?.json ?? {};
  const bySource = new Map(items.map((item) => [keyOf(jsonOf(item).submissionKey, jsonOf(item).itemIndex), item]));
  const byRun = new Map<unknown, number>(items.map((item) => [jsonOf(item)[kind.idField], item]));
  const match = ({ id, metadata }: Pick<Run, 'id' | 'metadata'>): number | undefined => {
    const source = readCorrelation(metadata);
    return byRun.get(id) ?? (source && bySource.get(keyOf(source.submissionKey, source.itemIndex)));
  };
  return new ResultRows({
    batchId,
    items,
    expected: only?.size ?? expected ?? 0,
    match,
    idField: kind.idField,
    numberOf: (item) => (jsonOf(item).itemIndex as number | undefined) ?? null,
    isOver,
    isPartial,
    toJson: (run) => resultOf(kind, run, options),
  });
}
