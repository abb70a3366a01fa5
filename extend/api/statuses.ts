const UNFINISHED = new Set(['PENDING', 'PROCESSING', 'CANCELLING']);
const FAILED = new Set(['FAILED', 'CANCELLED', 'REJECTED']);

/**
 * Whether waiting for a run is over, whatever its kind. The rule of Extend's SDK: every status but these three ends a
 * run, so a status unknown today ends a wait instead of hanging it. A run that waits for a human (`NEEDS_REVIEW`) has
 * ended.
 */
export const isTerminal = (status: string): boolean => !UNFINISHED.has(status);

/** Whether the run ended without the result that was asked for. */
export const isFailure = (status: string): boolean => FAILED.has(status);

/** What this package says of a run that was listed and cannot be read: it was deleted, for example. */
export const UNREADABLE = 'UNREADABLE';
