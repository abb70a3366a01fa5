import { concernsAll, type ExtendApiFailure, failureOf } from '../api/errors';
import type { WorkflowRun, WorkflowRunSummary } from '../api/types';
import { readCorrelation } from './correlate';

/** How a lost submission is looked for. */
export interface ReconcilePort {
  /** Pages of a workflow's runs, newest first. */
  newestRuns(workflowId: string): AsyncIterable<WorkflowRunSummary[]>;
  getRun(id: string): Promise<WorkflowRun>;
  /** How far Extend's clock is ahead of ours, in milliseconds, as far as its answers tell. */
  clockAheadMs(): number;
  /** Rejects when the user stops the execution. */
  sleep(ms: number): Promise<void>;
  now(): number;
}

/**
 * Why it stays unknown whether Extend took a batch.
 * - `notFound`: no run of it showed up in time
 * - `lookFailed`: Extend's lists could not be read
 * - `tooMuch`: the workflow has more new runs of other batches than are looked through
 * - `noCorrelation`: it was sent without correlation metadata, so nothing would tell it from others
 * - `ownKey`: the user's own metadata is where its submission key would be
 */
export type WhyUnknown = 'notFound' | 'lookFailed' | 'tooMuch' | 'noCorrelation' | 'ownKey';

/** A batch request whose answer was lost. */
export interface LostSubmission {
  workflowId: string;
  submission: string;
  /** When the submission began, in milliseconds since the epoch. */
  since: number;
}

/** Submission key by batch, as far as one of its runs was read; undefined for a batch of somebody else. */
export type KnownBatches = Map<string, string | undefined>;

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15_000;

/** Clocks may differ by this much beyond what answers show. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Bounds for a workflow that many others use at the same time: runs read in all, and pages of a list in one look. */
export const MAX_READS = 200;
export const MAX_PAGES = 20;

/** What a look came to: a batch, a reason to give up, or nothing so far. */
type Look = { batchId?: string; why?: WhyUnknown };

/**
 * Finds out whether a batch request whose answer was lost was taken: among the workflow's runs since then,
 * one run of each batch tells by its metadata whose it is.
 * @param known batches that need no look; those that are looked at are added
 * @param patienceMs how long to look, because new runs may show up in lists late
 */
export async function findSubmission(
  port: ReconcilePort,
  lost: LostSubmission,
  known: KnownBatches,
  patienceMs: number,
): Promise<{ batchId: string } | { why: WhyUnknown }> {
  const budget = { reads: MAX_READS };
  const deadline = port.now() + patienceMs;
  for (let waited = 0, pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    let found: Look = {};
    const takeALook = async () => (found = await look(port, lost, known, budget));
    const failure = await failureOf(takeALook());
    const { batchId, why } = found;
    if (batchId !== undefined) return { batchId };
    if (why) return { why };
    const pointless = failure !== undefined && concernsAll(failure);
    const left = Math.min(patienceMs - waited, deadline - port.now());
    // Reading other batches may take longer than a new one takes to be listed: one look more is due then.
    const over = left <= 0 && (waited > 0 || patienceMs <= 0);
    if (pointless || over) return { why: failure ? 'lookFailed' : 'notFound' };
    const next = Math.min(pause, Math.max(left, FIRST_PAUSE_MS));
    await port.sleep(next);
    waited += next;
  }
}

async function look(
  port: ReconcilePort,
  { workflowId, submission, since }: LostSubmission,
  known: KnownBatches,
  budget: { reads: number },
): Promise<Look> {
  let pages = 0;
  for await (const runs of port.newestRuns(workflowId)) {
    const begin = since + Math.min(0, port.clockAheadMs()) - CLOCK_SKEW_MS;
    for (const { id, batchId, createdAt } of runs) {
      if (createdAt !== undefined && Date.parse(createdAt) < begin) return {};
      if (!batchId) continue;
      if (!known.has(batchId)) {
        if (budget.reads-- <= 0) return { why: 'tooMuch' };
        const run = await readUnlessGone(port, id);
        if (run) known.set(batchId, readCorrelation(run.metadata)?.submission);
      }
      if (known.get(batchId) === submission) return { batchId };
    }
    if (++pages >= MAX_PAGES) return { why: 'tooMuch' };
  }
  return {};
}

/** A run that was deleted since it was listed tells nothing. */
export async function readUnlessGone(port: Pick<ReconcilePort, 'getRun'>, id: string): Promise<WorkflowRun | undefined> {
  let run: WorkflowRun | undefined;
  const read = async () => (run = await port.getRun(id));
  const failure: ExtendApiFailure | undefined = await failureOf(read());
  if (failure && failure.status !== 404) throw failure;
  return run;
}
