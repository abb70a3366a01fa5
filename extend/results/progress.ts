import { isTerminal } from '../api/statuses';
import type { RunSummary } from '../api/types';

/** How far a batch is. */
export interface Progress {
  /** Documents submitted; null when nobody knows. */
  total: number | null;
  /** Runs that Extend lists; right after the submission these can be fewer. */
  listed: number;
  /** Runs that have ended, whichever way. */
  ended: number;
  /** Listed runs by status. */
  statuses: Record<string, number>;
  /** Estimated seconds until all have ended, at the speed so far; null before the first one has. */
  secondsLeft: number | null;
}

/**
 * Whether a batch is finished: as many runs have ended as were submitted, and none is open.
 * @param ended runs that have ended
 * @param open listed runs that have not
 * @param expected documents submitted; when nobody knows, at least one run must have ended
 */
export const isFinished = (ended: number, open: number, expected = 1): boolean => ended >= expected && open === 0;

/**
 * Counts what is listed of a batch and estimates the rest.
 * @param now in milliseconds since the epoch
 */
export function progressOf(listed: RunSummary[], expected: number | undefined, now: number): Progress {
  const statuses = new Map<string, number>();
  let ended = 0;
  let begin = now;
  for (const { status, startTime, createdAt } of listed) {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (isTerminal(status)) ended++;
    const started = Date.parse(startTime ?? createdAt ?? '');
    if (started < begin) begin = started;
  }
  const left = Math.max(expected ?? 0, listed.length) - ended;
  const secondsLeft = ended === 0 ? null : Math.ceil((left * (now - begin)) / ended / 1000);
  return {
    total: expected ?? null,
    listed: listed.length,
    ended,
    statuses: Object.fromEntries(statuses),
    secondsLeft,
  };
}
