const ON_THE_WAY = new Set(['PENDING', 'PROCESSING', 'CANCELLING']);
const FAILED = new Set(['FAILED', 'CANCELLED', 'REJECTED']);

/** Every status of a workflow run known today; Extend may add more at any time. */
export const WORKFLOW_RUN_STATUSES = [
  'PENDING',
  'PROCESSING',
  'NEEDS_REVIEW',
  'REJECTED',
  'PROCESSED',
  'FAILED',
  'CANCELLED',
  'CANCELLING',
] as const;

/**
 * Whether waiting for a run is over. The rule of Extend's SDK: everything but the three statuses on the
 * way is an end, so a status unknown today ends a wait instead of hanging it. A run that waits for a
 * human (`NEEDS_REVIEW`) counts as ended.
 */
export const isTerminal = (status: string): boolean => !ON_THE_WAY.has(status);

/** Whether the run ended without the result that was asked for. */
export const isFailure = (status: string): boolean => FAILED.has(status);
