import { concernsAll, failureOf } from '../api/errors';
import { mayRetry } from '../api/retry';
import type { WorkflowRun } from '../api/types';
import { isTerminal } from '../api/statuses';
import { type CollectPort, READS_AT_ONCE, waitForBatches } from '../results/collect';
import { mapBounded } from '../concurrency';

/**
 * Waits until all runs have ended, or the time is over.
 * @param runs as they were started; those that have ended already are not asked for again
 * @param deadline in milliseconds of the port's clock; undefined waits without limit
 * @returns the runs as they were seen last, in order; one that cannot be read any more has the status `UNREADABLE`
 * @throws ExtendApiFailure when looking has become pointless
 */
export async function waitForRuns(
  runs: WorkflowRun[],
  port: Omit<CollectPort, 'listRuns'>,
  deadline: number | undefined,
): Promise<WorkflowRun[]> {
  const latest = new Map(runs.map((run) => [run.id, run]));
  const look = async () => {
    await mapBounded([...latest.values()].filter(({ status }) => !isTerminal(status)), READS_AT_ONCE, async ({ id }) => {
      const read = async () => void latest.set(id, await port.getRun(id));
      const failure = await failureOf(read());
      if (failure && (mayRetry('read', failure) || concernsAll(failure))) throw failure;
      if (failure) latest.set(id, { id, status: 'UNREADABLE' });
    });
    return [...latest.values()];
  };
  // To the loop that waits for batches, the runs are one batch whose list is made by reading each.
  const state = { batchId: '', expected: runs.length, ended: new Map<string, WorkflowRun>(), listed: [] };
  const known = async (id: string) => latest.get(id) as WorkflowRun;
  await waitForBatches([state], { ...port, listRuns: look, getRun: known }, deadline);
  return runs.map(({ id }) => latest.get(id) as WorkflowRun);
}
