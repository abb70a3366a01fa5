import { isAccountWide } from '../api/errors';
import { mayRetry } from '../api/retry';
import { isTerminal, UNREADABLE } from '../api/statuses';
import type { Run, RunSummary } from '../api/types';
import { mapBounded } from '../concurrency';
import { settle } from '../settle';
import { isFinished } from './progress';

/** Full runs that are read at once; the transport keeps them below the plan's rate. */
const READS_AT_ONCE = 10;
const FIRST_POLL_MS = 1000;
const MAX_POLL_MS = 30_000;
const FAST_POLLS = 30;
const POLL_GROWTH = 1.15;

/** Unfinished runs that are read after the time limit; more would stretch it by minutes. */
const UNFINISHED_READ = 100;

/** The status of a run that was listed and is gone, as far as anybody can tell. */
const DELETED = 'DELETED';

export interface CollectPort {
  /** Every run of a batch that Extend lists now. */
  listRuns(batchId: string): Promise<RunSummary[]>;
  getRun(id: string): Promise<Run>;
  /** Rejects when the user stops the execution. */
  sleep(ms: number): Promise<void>;
  now(): number;
}

/** Runs that are waited for together. */
export interface Watch {
  /** Absent for runs that were started one by one. */
  batchId?: string;
  /** Only these runs count. */
  only?: ReadonlySet<string>;
  /** Number of inputs submitted. */
  expected: number;
  /** Full runs that have ended, by ID. */
  ended: Map<string, Run>;
  /** The last listing. */
  listed: RunSummary[];
}

export const watch = (about: Pick<Watch, 'batchId' | 'only' | 'expected'>): Watch => ({ ...about, ended: new Map(), listed: [] });

const openRuns = ({ listed, ended }: Watch): RunSummary[] => listed.filter(({ id }) => !ended.has(id));

/** Runs that have ended count also when they were deleted since. */
export const isComplete = (watched: Watch): boolean => isFinished(watched.ended.size, openRuns(watched).length, watched.expected);

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
 * A listed run with its metadata and results. One that cannot be read (it was deleted, for example) keeps what the list
 * tells of it, which is less: its metadata is undefined.
 * @throws ExtendApiFailure when the failure may pass, or concerns every run
 */
async function readRun(summary: RunSummary, getRun: CollectPort['getRun']): Promise<Run> {
  const { value, failure } = await settle(getRun(summary.id));
  if (failure && (mayRetry('read', failure) || isAccountWide(failure))) throw failure;
  return value ?? { ...summary, metadata: undefined };
}

/** Reads runs, a few at once, and hands each over as soon as it is there. */
export async function readRuns<T>(runs: RunSummary[], { getRun }: Pick<CollectPort, 'getRun'>, use: (run: Run) => T): Promise<T[]> {
  return await mapBounded(runs, READS_AT_ONCE, async (summary) => use(await readRun(summary, getRun)));
}

/** Reads the full runs that have ended since the last look. Lists first, because a list is one request for 1000 runs. */
async function look(watched: Watch, port: CollectPort): Promise<void> {
  const { batchId, only, ended, listed: before } = watched;
  const keep = (run: Run): Run => {
    if (isTerminal(run.status)) ended.set(run.id, run);
    return run;
  };
  if (batchId === undefined) {
    const open = [...(only ?? [])].filter((id) => !ended.has(id));
    watched.listed = await readRuns(open.map((id) => ({ id, status: UNREADABLE })), port, keep);
    return;
  }
  const listed = await port.listRuns(batchId);
  watched.listed = only ? listed.filter(({ id }) => only.has(id)) : listed;
  const ids = new Set(watched.listed.map(({ id }) => id));
  const vanished = before.filter(({ id }) => !ids.has(id)).map((run) => ({ ...run, status: DELETED }));
  const candidates = [...watched.listed, ...vanished].filter(({ id, status }) => isTerminal(status) && !ended.has(id));
  await readRuns(candidates, port, keep);
}

/**
 * Waits until all runs have ended, or the time is over. A look that fails is made again later: the documents are paid
 * for, and a temporary error must not lose them. Only an answer that will not change (such as a revoked token) ends the
 * wait.
 * @param deadline in milliseconds of the port's clock; undefined waits without limit
 * @returns true when everything is complete; the watches hold what was found either way
 * @throws ExtendApiFailure when looking has become pointless, or whatever `sleep` rejects with
 */
export async function waitForRuns(watches: Watch[], port: CollectPort, deadline: number | undefined): Promise<boolean> {
  for (let looks = 0; ; looks++) {
    for (const watched of watches.filter((one) => !isComplete(one))) {
      const { failure } = await settle(look(watched, port));
      if (failure && !mayRetry('read', failure)) throw failure;
    }
    const waiting = watches.filter((one) => !isComplete(one));
    if (waiting.length === 0) return true;
    const inputs = waiting.reduce((sum, { expected, ended }) => sum + expected - ended.size, 0);
    const delay = pollDelayMs(looks, inputs);
    const left = deadline === undefined ? delay : deadline - port.now();
    if (left <= 0) return false;
    await port.sleep(Math.min(delay, left));
  }
}

/**
 * What can be shown of runs when the wait is over: those that have ended, and those that have not as far as they can be
 * read. The metadata that joins a run to its item is in the full run only.
 */
export async function runsOf(watched: Watch, port: CollectPort): Promise<Run[]> {
  const { batchId, ended } = watched;
  const open = openRuns(watched);
  // Runs that were started one by one are read whole at every look.
  if (batchId === undefined) return [...ended.values(), ...(open as Run[])];
  const unfinished = open.length > UNFINISHED_READ ? [] : await mapBounded(open, READS_AT_ONCE, async (run) => (await settle(port.getRun(run.id))).value);
  return [...ended.values(), ...unfinished.filter((run) => run !== undefined)];
}
