import type { Extend } from 'extend-ai';
import type { Reading, State, StoredRun } from '../state';

/** Words in a document that decide how its run ends; the first one counts. */
const ENDINGS: Array<[RegExp, Extend.WorkflowRunStatus]> = [
  [/NEEDS.REVIEW/, 'NEEDS_REVIEW'],
  [/REJECT/, 'REJECTED'],
  // A status no client of today knows.
  [/FUTURE.STATUS/, 'ARCHIVED'],
  [/FAIL/, 'FAILED'],
];

const endingOf = (reading: Reading): Extend.WorkflowRunStatus => {
  if ('failure' in reading) return 'FAILED';
  return ENDINGS.find(([words]) => words.test(reading.text))?.[1] ?? 'PROCESSED';
};

/** The status a run has now: nothing is stored, everything follows from times and from what its documents say. */
export function statusOf(state: State, run: StoredRun, now = Date.now()): Extend.WorkflowRunStatus {
  if (run.cancelledAt !== undefined) return now < run.cancelledAt + state.settings.cancelMs ? 'CANCELLING' : 'CANCELLED';
  if (now < run.startsAt) return 'PENDING';
  if (now < run.endsAt || !run.reading) return 'PROCESSING';
  if (run.review) return run.review.decision === 'approve' ? 'PROCESSED' : 'REJECTED';
  return endingOf(run.reading);
}

export const isOver = (status: Extend.WorkflowRunStatus): boolean => !['PENDING', 'PROCESSING', 'CANCELLING'].includes(status);

/** When a run reached the state it has now. */
export function changedAt(run: StoredRun, now = Date.now()): number {
  const ended = run.cancelledAt ?? run.review?.at ?? (now >= run.endsAt && run.reading ? run.endsAt : undefined);
  const started = now >= run.startsAt ? run.startsAt : run.createdAt;
  return Math.max(ended ?? started, run.changedAt ?? 0);
}
