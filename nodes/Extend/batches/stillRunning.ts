import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { RunSummary } from '../../../extend/api/types';
import { progressOf } from '../../../extend/results/progress';
import type { BatchItems } from './groupByBatch';

/** n8n keeps an execution that waits for less than this in memory instead of the database, in seconds. */
const SHORTEST_WAIT = 65;
const LONGEST_WAIT = 900;

/** What an item says that has been around the loop before. */
interface Seen {
  progress?: { since?: string };
}

/** Seconds after which to look again, for n8n's Wait node. */
export const waitSecondsOf = (secondsLeft: number | null): number => Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, secondsLeft ?? 0));

/** When the loop looked at a batch for the first time, in milliseconds since the epoch. */
export function sinceOf(context: IExecuteFunctions, { items: [first = 0] }: BatchItems): number {
  const { progress } = (context.getInputData()[first]?.json ?? {}) as Seen;
  return Date.parse(progress?.since ?? '') || Date.now();
}

/**
 * The items of a batch as they came in, with how far it is.
 * @param lastError why the batch could not be looked at
 */
export function stillRunning(context: IExecuteFunctions, batch: BatchItems, listed: RunSummary[], lastError?: string): INodeExecutionData[] {
  const { batchId, items, expected } = batch;
  const input = context.getInputData();
  const progress = progressOf(listed, expected, Date.now());
  const since = new Date(sinceOf(context, batch)).toISOString();
  const shown = { ...progress, waitSeconds: waitSecondsOf(progress.secondsLeft), since, ...(lastError !== undefined && { lastError }) };
  return items.map((item) => ({
    ...input[item],
    json: { ...input[item]?.json, batchId, progress: shown as unknown as IDataObject },
    pairedItem: { item },
  }));
}
