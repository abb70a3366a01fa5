import { type INode, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import type { JsonObject } from '../../../extend/api/types';
import type { CheckedInput } from '../../../extend/intake/draft';
import type { ResultRow } from '../../../extend/results/rows';
import type { Accepted } from '../../../extend/submission/outcome';
import { errorItem } from '../../shared/errorItems';
import type { Job } from './job';
import type { Repeat, Skipped } from './recognise';

interface Whereabouts {
  batchId?: string;
  runId?: string;
  runStatus?: string;
}

function rowOf({ submitter: { kind } }: Job, { itemIndex, target, key }: CheckedInput, where: Whereabouts, more: JsonObject = {}): ResultRow {
  const { batchId = null, runId = null, runStatus } = where;
  const json = {
    status: 'alreadySubmitted',
    batchId,
    [kind.idField]: runId,
    [`${kind.target}Id`]: target.id,
    deduplicationKey: key ?? null,
    itemIndex,
    ...(runStatus !== undefined && { runStatus }),
    ...more,
  };
  return { items: [itemIndex], json };
}

/**
 * One row for each input that was not sent, with where its document is.
 * @returns the rows, and error items for repeats of an input that failed itself
 */
export function skippedRows(job: Job, { recognised, repeats }: Skipped, accepted: Accepted[]): { rows: ResultRow[]; failed: INodeExecutionData[] } {
  const where = new Map<number, Whereabouts>();
  for (const { batchId, chunk } of accepted) for (const { itemIndex } of chunk.inputs) where.set(itemIndex, { batchId });
  for (const { input, run } of recognised) where.set(input.itemIndex, { batchId: run.batchId, runId: run.runId, runStatus: run.status });
  const rows = recognised.map(({ input }) => rowOf(job, input, where.get(input.itemIndex) ?? {}));
  const failed: INodeExecutionData[] = [];
  for (const repeat of repeats) {
    const { input, first } = repeat;
    const found = where.get(first.itemIndex);
    if (found) rows.push(rowOf(job, input, found, { duplicateOf: first.itemIndex }));
    else failed.push(repeatOfFailed(job.node, repeat));
  }
  return { rows, failed };
}

/** Repeats as a dry run reports them. */
export const plannedRepeats = (job: Job, repeats: Repeat[]): ResultRow[] =>
  repeats.map(({ input, first }) => rowOf(job, input, {}, { duplicateOf: first.itemIndex }));

function repeatOfFailed(node: INode, { input, first }: Repeat): INodeExecutionData {
  const message = `The Deduplication Key is that of item ${first.itemIndex}, which was not submitted [item ${input.itemIndex}]`;
  const error = new NodeOperationError(node, message, {
    description: `See what is said of item ${first.itemIndex}.`,
    itemIndex: input.itemIndex,
  });
  return errorItem(error, input.itemIndex, { status: 'notSent', duplicateOf: first.itemIndex });
}
