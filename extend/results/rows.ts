import { isTerminal, UNREADABLE } from '../api/statuses';
import type { JsonObject, Run } from '../api/types';
import type { Match } from './match';

/** One result, or what is known of a document instead. */
export interface ResultRow {
  /** Input items that it belongs to: one, or all whose it may be. */
  items: number[];
  json: JsonObject;
}

/** Inputs whose runs are returned together. */
export interface ResultSource {
  batchId?: string;
  /** Input items that the runs belong to. */
  items: number[];
  /** Number of inputs; one run is expected of each. */
  expected: number;
  match: Match;
  /** Field of rows that holds the ID of a run. */
  idField: string;
  /** How an item is numbered in the rows of inputs without a run; by default as in `items`. */
  numberOf?(item: number): number | null;
  /** Nobody waits any longer, so runs that have not ended are marked with `timedOut`. */
  isOver: boolean;
  /** Inputs without a run are not asked for, so a run whose input is not known is a row of its own. */
  isPartial?: boolean;
  /** @param item whose run it is, if that is known */
  toJson(run: Run, item?: number): JsonObject;
}

/**
 * Turns the runs of a batch into rows, one at a time, so that a full run need not be kept once it is simplified. The rules
 * for runs that are missing, unreadable, unfinished or timed out are here and nowhere else:
 * - A run belongs to the item that caused it, else to all items of the batch.
 * - A run that cannot be read has the status `UNREADABLE`, and names its input by `itemIndex`. Where each item is one input
 *   and it is not known whose run it is, the inputs without a run are named instead.
 * - A run that has not ended when the wait is over has `timedOut`.
 * - An input without a run is named: `NOT_LISTED`, `UNFINISHED` or, after the batch has finished, `UNREADABLE`.
 */
export class ResultRows {
  private readonly found = new Set<number>();
  private readonly isPerInput: boolean;
  private count = 0;

  constructor(private readonly source: ResultSource) {
    this.isPerInput = source.items.length === source.expected;
  }

  /** @returns undefined for an unreadable run whose input {@link missing} names */
  rowOf(run: Run): ResultRow | undefined {
    const { match, items, isOver, isPartial, toJson, numberOf = (index: number) => index } = this.source;
    const isReadable = run.metadata !== undefined;
    const item = match(run) ?? (this.isPerInput && items.length === 1 ? items[0] : undefined);
    if (!isReadable && item === undefined && this.isPerInput && !isPartial) return undefined;
    this.count++;
    if (item !== undefined) this.found.add(item);
    if (isReadable) {
      const timedOut = isOver && !isTerminal(run.status) ? { timedOut: true } : {};
      return { items: item === undefined ? items : [item], json: { ...toJson(run, item), ...timedOut } };
    }
    // What a list tells of a run is not its result: it must not look like one. Without metadata it does not name its input.
    const json = toJson({ ...run, status: UNREADABLE }, item);
    return item === undefined ? { items, json } : { items: [item], json: { ...json, itemIndex: numberOf(item) } };
  }

  /**
   * Rows of inputs without a run: one each where each item is one input, else one for all.
   * @param listed runs that Extend lists
   * @param isFinished every run of the batch has ended
   */
  missing(listed: number, isFinished: boolean): ResultRow[] {
    const { batchId = null, items, expected, idField, numberOf = (item) => item } = this.source;
    const count = expected - this.count;
    if (count <= 0) return [];
    const why = isFinished ? { status: UNREADABLE } : { status: listed < expected ? 'NOT_LISTED' : 'UNFINISHED', timedOut: true };
    const json = { [idField]: null, batchId, ...why };
    if (!this.isPerInput) return [{ items, json: { ...json, count } }];
    // A run that fits no input may belong to any of these.
    return items.filter((item) => !this.found.has(item)).map((item) => ({ items: [item], json: { ...json, itemIndex: numberOf(item) } }));
  }
}
