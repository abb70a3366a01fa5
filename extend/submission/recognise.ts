import { isFailure } from '../api/statuses';
import type { RunSummary, TargetReference } from '../api/types';
import { mapBounded } from '../concurrency';
import { readCorrelation } from '../correlation';
import { type LostPort, readUnlessGone } from './findLost';

/** Full runs that are read at once; the transport keeps them below the plan's rate. */
const READS_AT_ONCE = 10;

/** A submission younger than this may not be listed whole yet. */
const RECENT_MS = 2 * 60_000;

interface Keyed {
  target: TargetReference;
  key?: string;
}

/** Takes out every input whose key an input before it has, for the same target. */
export function separateRepeats<T extends Keyed>(inputs: T[]): { firsts: T[]; repeats: Array<{ input: T; first: T }> } {
  const byKey = new Map<string, T>();
  const firsts: T[] = [];
  const repeats: Array<{ input: T; first: T }> = [];
  for (const input of inputs) {
    const { target, key } = input;
    const id = key === undefined ? undefined : `${target.id}\n${key}`;
    const first = id === undefined ? undefined : byKey.get(id);
    if (first) repeats.push({ input, first });
    else firsts.push(input);
    if (id !== undefined && !first) byKey.set(id, input);
  }
  return { firsts, repeats };
}

/** A run of an earlier submission that has one of the keys. */
export interface EarlierRun {
  runId: string;
  /** Absent for a run that was started alone. */
  batchId?: string;
  status: string;
  submissionKey: string;
}

interface Note {
  key?: string;
  submissionKey?: string;
}

/**
 * What was read of runs and batches before, by their ids; it never changes. A note without a key is of a run that has
 * none, or of a batch none of whose runs has one.
 */
export type Notes = Map<string, Note>;

export interface Search {
  targetId: string;
  keys: ReadonlySet<string>;
  /** How far back submissions count, in milliseconds. */
  lookBackMs: number;
  /** How long new runs may take to be listed, in milliseconds; after that, a second look is made where it may matter. */
  listDelayMs: number;
  /** Something may have been submitted a moment ago, so a second look is made in any case. */
  mayBeRecent: boolean;
  notes: Notes;
}

export interface Earlier {
  byKey: Map<string, EarlierRun>;
  /** Full runs that were read. */
  reads: number;
}

/**
 * Finds the runs of earlier submissions that have one of the keys. Runs that failed, were cancelled or rejected do not
 * count: their documents may be submitted again. Lists carry no metadata, so runs are read one by one, each once as
 * long as its note is kept; one run tells of a whole batch that it has no keys.
 * @throws ExtendApiFailure when Extend cannot be asked
 */
export async function findEarlier(port: LostPort, search: Search): Promise<Earlier> {
  const earlier: Earlier = { byKey: new Map(), reads: 0 };
  const newest = await look(port, search, earlier);
  const isRecent = search.mayBeRecent || newest > port.now() + port.clockAheadMs() - RECENT_MS;
  if (earlier.byKey.size < search.keys.size && isRecent && search.listDelayMs > 0) {
    await port.sleep(search.listDelayMs);
    await look(port, search, earlier);
  }
  return earlier;
}

/** @returns when the newest run with one of the keys was created, in milliseconds of Extend's clock */
async function look(port: LostPort, search: Search, earlier: Earlier): Promise<number> {
  const { keys, notes } = search;
  let newest = -Infinity;
  const isDone = () => earlier.byKey.size >= keys.size;
  const read = async (run: RunSummary) => {
    const { id, batchId, status, createdAt } = run;
    if (isDone() || (batchId && isKeyless(notes.get(batchId)))) return;
    if (!notes.has(id)) await takeNote(port, run, notes, earlier);
    const { key, submissionKey = '' } = notes.get(id) ?? {};
    if (key === undefined || !keys.has(key)) return;
    newest = Math.max(newest, Date.parse(createdAt ?? '') || 0);
    if (!earlier.byKey.has(key)) earlier.byKey.set(key, { runId: id, ...(batchId && { batchId }), status, submissionKey });
  };

  for await (const page of port.newestRuns(search.targetId)) {
    const begin = port.now() + port.clockAheadMs() - search.lookBackMs;
    const tooOld = page.findIndex(({ createdAt }) => createdAt !== undefined && Date.parse(createdAt) < begin);
    const runs = (tooOld < 0 ? page : page.slice(0, tooOld)).filter(({ status }) => !isFailure(status));
    await mapBounded(onePerBatch(runs, notes), READS_AT_ONCE, read);
    await mapBounded(runs, READS_AT_ONCE, read);
    if (tooOld >= 0 || isDone()) break;
  }
  return newest;
}

const isKeyless = (note: Note | undefined): boolean => note !== undefined && note.key === undefined;

/** A run of each batch of which nothing is known. */
function onePerBatch(runs: RunSummary[], notes: Notes): RunSummary[] {
  const byBatch = new Map<string, RunSummary>();
  for (const run of runs) {
    if (run.batchId && !notes.has(run.batchId) && !byBatch.has(run.batchId)) byBatch.set(run.batchId, run);
  }
  return [...byBatch.values()];
}

/** Reads a run; what it says of keys holds for its batch too, because keys are given to all inputs of a batch or to none. */
async function takeNote(port: LostPort, { id, batchId }: RunSummary, notes: Notes, earlier: Earlier): Promise<void> {
  earlier.reads++;
  const run = await readUnlessGone(port, id);
  if (!run) return;
  const { deduplicationKey: key, submissionKey } = readCorrelation(run.metadata) ?? {};
  const note = typeof key === 'string' ? { key, submissionKey } : {};
  notes.set(id, note);
  if (batchId) notes.set(batchId, note);
}
