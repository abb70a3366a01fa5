import { isTerminal } from '../api/statuses';
import type { WorkflowRunSummary } from '../api/types';

/** n8n keeps an execution that waits for less than this in memory instead of the database, in seconds. */
const SHORTEST_WAIT = 65;
const LONGEST_WAIT = 900;

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
  /** Seconds after which to look again. */
  waitSeconds: number;
}

/**
 * Whether a batch is complete: as many runs are listed as were submitted, and all have ended.
 * @param expected documents submitted; when nobody knows, one run must be listed at least
 */
export const isDone = (listed: WorkflowRunSummary[], expected = 1): boolean =>
  listed.length >= expected && listed.every(({ status }) => isTerminal(status));

/**
 * Counts what is listed of a batch and estimates the rest.
 * @param now in milliseconds since the epoch
 */
export function progressOf(listed: WorkflowRunSummary[], expected: number | undefined, now: number): Progress {
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
    waitSeconds: Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, secondsLeft ?? 0)),
  };
}
