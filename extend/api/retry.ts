import { isAccountWide, type ExtendApiFailure } from './errors';

/**
 * What a request does at Extend, which decides when it may be sent again:
 * - `read`: nothing
 * - `write`: a change that is the same when made twice (update, cancel, delete)
 * - `start`: starts work that costs money, or creates something; a repeat doubles it
 */
export type Effect = 'read' | 'write' | 'start';

/** Tries in all, the first included. */
export const MAX_TRIES = 6;
const FIRST_BACKOFF_MS = 500;
const MAX_WAIT_MS = 60_000;

/** Another try cannot change what 402, 403, 404 or 422 say, whatever the answer claims. */
function isTransient({ kind, status = 0, retryable }: ExtendApiFailure): boolean {
  if (kind !== 'http') return retryable !== false;
  if (status === 409) return retryable === true;
  return status === 408 || status === 429 || (status >= 500 && retryable !== false);
}

/**
 * Whether the same request may be sent again. A request that starts work only after 429, the one answer
 * that certainly did nothing: after a lost answer or a 5xx the work may have started.
 */
export function mayRetry(effect: Effect, failure: ExtendApiFailure): boolean {
  if (isAccountWide(failure)) return false;
  return effect === 'start' ? failure.status === 429 : isTransient(failure);
}

/**
 * Time to wait before the next try.
 * @param tries how many tries have been made
 * @param random 0…1, spreads clients that failed together
 * @returns milliseconds, at most one minute; undefined when no further try may be made
 */
export function retryDelayMs(
  effect: Effect,
  failure: ExtendApiFailure,
  tries: number,
  random: number,
): number | undefined {
  if (tries >= MAX_TRIES || !mayRetry(effect, failure)) return undefined;
  if (failure.retryAfterMs !== undefined) return Math.min(failure.retryAfterMs, MAX_WAIT_MS);
  return Math.min(FIRST_BACKOFF_MS * 2 ** (tries - 1), MAX_WAIT_MS) * (0.5 + random / 2);
}
