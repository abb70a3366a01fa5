import { isAccountWide } from '../api/errors';
import { isTerminal } from '../api/statuses';
import type { RunSummary } from '../api/types';
import { mapBounded } from '../concurrency';
import { settle } from '../settle';

/** Cancels in flight at once; the transport keeps them below the plan's rate. */
const CANCELS_AT_ONCE = 10;
const PAUSE_MS = 1000;

export interface CancelPort {
  /** Every run of a batch that Extend lists now. */
  listRuns(batchId: string): Promise<RunSummary[]>;
  /** Asks a run to stop; throws ExtendApiFailure when Extend refuses. */
  cancel(id: string): Promise<unknown>;
  /** Rejects when the user stops the execution. */
  sleep(ms: number): Promise<void>;
}

/** What became of the runs of a batch; the counts add up to the runs listed. */
export interface CancelReport {
  batchId: string;
  listed: number;
  /** Runs that are cancelled, or will be in a moment. */
  cancelled: number;
  /** Runs that had ended before they could be cancelled. */
  alreadyEnded: number;
  /** Runs that were not cancelled, with what Extend says. */
  failed: Array<{ id: string; reason: string }>;
  /** Documents submitted that have no run yet, if it is known how many were. */
  notListed: number;
  /** Runs by status after the last request. */
  statuses: Record<string, number>;
}

const isOpen = ({ status }: RunSummary): boolean => status === 'PENDING' || status === 'PROCESSING';
const isCancelled = ({ status }: RunSummary): boolean => status === 'CANCELLING' || status === 'CANCELLED';

/**
 * Cancels every run of a batch that has not ended. New runs can show up in lists late, so it looks again until all that
 * were submitted are listed, or the patience is over.
 * @param expected documents submitted, if known
 * @param patienceMs how long to wait for runs that are not listed yet
 * @throws ExtendApiFailure when the runs cannot be listed, or token or permission refuse every cancel
 */
export async function cancelBatch(batchId: string, port: CancelPort, expected = 0, patienceMs = 30_000): Promise<CancelReport> {
  const asked = new Set<string>();
  const refusals = new Map<string, string>();
  let listed = await port.listRuns(batchId);
  for (let waited = 0; ; ) {
    const open = listed.filter((run) => isOpen(run) && !asked.has(run.id) && !refusals.has(run.id));
    await mapBounded(open, CANCELS_AT_ONCE, async ({ id }) => {
      const { failure } = await settle(port.cancel(id));
      if (failure && isAccountWide(failure)) throw failure;
      if (failure) refusals.set(id, failure.message);
      else asked.add(id);
    });
    const late = listed.length < expected && waited < patienceMs;
    if (late) {
      await port.sleep(PAUSE_MS);
      waited += PAUSE_MS;
    } else if (open.length === 0) break;
    listed = await port.listRuns(batchId);
  }
  return report(batchId, listed, asked, refusals, expected);
}

/** A refusal may mean that the run has ended meanwhile, or was cancelled by a request whose answer was lost: the list tells. */
function report(batchId: string, listed: RunSummary[], asked: Set<string>, refusals: Map<string, string>, expected: number): CancelReport {
  const counts = new Map<string, number>();
  for (const { status } of listed) counts.set(status, (counts.get(status) ?? 0) + 1);
  const wasCancelled = (run: RunSummary) => isCancelled(run) || (asked.has(run.id) && !isTerminal(run.status));
  const goesOn = listed.filter((run) => isOpen(run) && !asked.has(run.id));
  const cancelled = listed.filter(wasCancelled).length;
  return {
    batchId,
    listed: listed.length,
    cancelled,
    alreadyEnded: listed.length - cancelled - goesOn.length,
    failed: goesOn.map(({ id }) => ({ id, reason: refusals.get(id) ?? 'It was not asked to stop' })),
    notListed: Math.max(0, expected - listed.length),
    statuses: Object.fromEntries(counts),
  };
}
