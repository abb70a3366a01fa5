import { concernsAll, failureOf } from '../api/errors';
import { mayRetry } from '../api/retry';
import { isTerminal } from '../api/statuses';
import type { WorkflowRun, WorkflowRunSummary } from '../api/types';
import { mapBounded } from '../concurrency';
import { readUnlessGone } from '../submission/findLost';

/** Full runs that are read at once; the transport keeps them below the plan's rate. */
export const READS_AT_ONCE = 10;
const FIRST_POLL_MS = 1000;
const MAX_POLL_MS = 30_000;
const FAST_POLLS = 30;
const POLL_GROWTH = 1.15;

/** What a run is said to be that was listed and is gone. */
const DELETED = 'DELETED';

export interface CollectPort {
  /** Every run of a batch that Extend lists now. */
  listRuns(batchId: string): Promise<WorkflowRunSummary[]>;
  getRun(id: string): Promise<WorkflowRun>;
  /** Rejects when the user stops the execution. */
  sleep(ms: number): Promise<void>;
  now(): number;
}

/** What is known of a batch's runs. */
export interface BatchState {
  /** Absent for runs that were started one by one. */
  batchId?: string;
  /** Only these runs of the batch count. */
  only?: ReadonlySet<string>;
  /** Number of inputs submitted; a batch is complete when that many runs are listed and all have ended. */
  expected: number;
  /** Full runs that have ended, by id. */
  ended: Map<string, WorkflowRun>;
  /** The last listing. */
  listed: WorkflowRunSummary[];
}

/** Runs that have ended count also when they were deleted since. */
export const isComplete = ({ expected, listed, ended }: BatchState): boolean =>
  ended.size >= expected && listed.every((run) => ended.has(run.id));

/**
 * Time until the next look: like the SDK's, one second at first, then growing to half a minute; never
 * more often than a large batch can make progress.
 * @param looks looks made so far
 * @param inputs inputs still waited for
 */
export function pollDelayMs(looks: number, inputs: number): number {
  const growing = FIRST_POLL_MS * POLL_GROWTH ** Math.max(0, looks - FAST_POLLS);
  return Math.min(MAX_POLL_MS, Math.max(growing, 2 * inputs));
}

/**
 * A listed run with its metadata and results. One that cannot be read (deleted meanwhile, say) keeps what the list tells
 * of it, which is less: metadata is then undefined.
 * @throws ExtendApiFailure when the failure may pass, or concerns every run
 */
export async function readRun(summary: WorkflowRunSummary, port: Pick<CollectPort, 'getRun'>): Promise<WorkflowRun> {
  let run: WorkflowRun = { ...summary, metadata: undefined };
  const read = async () => (run = await port.getRun(summary.id));
  const failure = await failureOf(read());
  if (failure && (mayRetry('read', failure) || concernsAll(failure))) throw failure;
  return run;
}

async function listRuns({ batchId, only, ended }: BatchState, port: CollectPort): Promise<WorkflowRunSummary[]> {
  if (batchId !== undefined) {
    const listed = await port.listRuns(batchId);
    return only ? listed.filter(({ id }) => only.has(id)) : listed;
  }
  const runs = await mapBounded([...(only ?? [])], READS_AT_ONCE, async (id) => ended.get(id) ?? (await readUnlessGone(port, id)));
  return runs.filter((run) => run !== undefined);
}

/** Reads the full runs that have ended since the last look. Lists first, because a list is one request for 1000 runs. */
export async function look(batch: BatchState, port: CollectPort): Promise<void> {
  const before = batch.listed;
  batch.listed = await listRuns(batch, port);
  const listed = new Set(batch.listed.map(({ id }) => id));
  const vanished = before.filter(({ id }) => !listed.has(id)).map((run) => ({ ...run, status: DELETED }));
  const candidates = [...batch.listed, ...vanished].filter(({ id, status }) => isTerminal(status) && !batch.ended.has(id));
  await mapBounded(candidates, READS_AT_ONCE, async (summary) => {
    const run = await readRun(summary, port);
    if (isTerminal(run.status)) batch.ended.set(run.id, run);
  });
}

/**
 * Looks at batches until all are complete or the time is over. A look that fails is made again later:
 * the documents are paid for, and a hiccup must not lose them. Only an answer that will not change
 * (such as a revoked token) ends the wait.
 * @param deadline in milliseconds of the port's clock; undefined waits without limit
 * @returns true when every batch is complete; the states hold what was found either way
 * @throws ExtendApiFailure when looking has become pointless, or whatever `sleep` rejects with
 */
export async function waitForBatches(
  batches: BatchState[],
  port: CollectPort,
  deadline: number | undefined,
): Promise<boolean> {
  for (let looks = 0; ; looks++) {
    const open = batches.filter((batch) => !isComplete(batch));
    for (const batch of open) {
      const failure = await failureOf(look(batch, port));
      if (failure && !mayRetry('read', failure)) throw failure;
    }
    const waiting = batches.filter((batch) => !isComplete(batch));
    if (waiting.length === 0) return true;
    const inputs = waiting.reduce((sum, batch) => sum + batch.expected - batch.ended.size, 0);
    const delay = pollDelayMs(looks, inputs);
    const left = deadline === undefined ? delay : deadline - port.now();
    if (left <= 0) return false;
    await port.sleep(Math.min(delay, left));
  }
}
