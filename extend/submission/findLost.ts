import { isAccountWide } from '../api/errors';
import type { Run, RunSummary } from '../api/types';
import { readCorrelation } from '../correlation';
import { settle } from '../settle';

/** How a lost submission is looked for. */
export interface LostPort {
  /** Pages of the runs made with a target, newest first. */
  newestRuns(targetId: string): AsyncIterable<RunSummary[]>;
  getRun(id: string): Promise<Run>;
  /** How far Extend's clock is ahead of ours, in milliseconds, as far as its answers tell. */
  clockAheadMs(): number;
  /** Rejects when the user stops the execution. */
  sleep(ms: number): Promise<void>;
  now(): number;
}

/**
 * Why it stays unknown whether Extend took a submission.
 * - `notFound`: no run of it showed up in time
 * - `lookFailed`: Extend's lists could not be read
 * - `tooMuch`: the target has more new runs of other submissions than are looked through
 * - `noCorrelation`: it was sent without correlation metadata, so nothing would tell it from others
 * - `ownKey`: the user's own metadata is where its submission key would be
 */
export type WhyUnknown = 'notFound' | 'lookFailed' | 'tooMuch' | 'noCorrelation' | 'ownKey';

/** A request whose answer was lost. */
export interface LostSubmission {
  targetId: string;
  submissionKey: string;
  /** When the submission began, in milliseconds since the epoch. */
  since: number;
  /** What stands for the whole submission of a listed run; undefined for a run that cannot be part of it. */
  traceOf(run: RunSummary): string | undefined;
}

/** Submission key by trace, as far as one of its runs was read; undefined for a submission of another origin. */
export type KnownSubmissions = Map<string, string | undefined>;

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15_000;

/** Clocks may differ by this much beyond what answers show. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Bounds for a target that many others use at the same time: runs read in all, and pages of a list in one look. */
export const MAX_READS = 200;
export const MAX_PAGES = 20;

/** What a look came to: the submission, a reason to give up, or nothing so far. */
type Look = { trace?: string; why?: WhyUnknown };

/**
 * Finds out whether a request whose answer was lost was taken: among the target's runs since then, one run of each
 * submission tells by its metadata whose it is.
 * @param known submissions that need no look; those that are looked at are added
 * @param timeoutMs how long to look, because new runs may show up in lists late
 */
export async function findLostSubmission(
  port: LostPort,
  lost: LostSubmission,
  known: KnownSubmissions,
  timeoutMs: number,
): Promise<{ trace: string } | { why: WhyUnknown }> {
  const budget = { reads: MAX_READS };
  const deadline = port.now() + timeoutMs;
  for (let waited = 0, pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    const { value, failure } = await settle(look(port, lost, known, budget));
    if (value?.trace !== undefined) return { trace: value.trace };
    if (value?.why) return { why: value.why };
    const isPointless = failure !== undefined && isAccountWide(failure);
    const left = Math.min(timeoutMs - waited, deadline - port.now());
    // Reading other runs may take longer than a new one takes to be listed: one look more is due then.
    const isOver = left <= 0 && (waited > 0 || timeoutMs <= 0);
    if (isPointless || isOver) return { why: failure ? 'lookFailed' : 'notFound' };
    const next = Math.min(pause, Math.max(left, FIRST_PAUSE_MS));
    await port.sleep(next);
    waited += next;
  }
}

async function look(port: LostPort, lost: LostSubmission, known: KnownSubmissions, budget: { reads: number }): Promise<Look> {
  const { targetId, submissionKey, since, traceOf } = lost;
  let pages = 0;
  for await (const runs of port.newestRuns(targetId)) {
    const begin = since + Math.min(0, port.clockAheadMs()) - CLOCK_SKEW_MS;
    for (const run of runs) {
      if (run.createdAt !== undefined && Date.parse(run.createdAt) < begin) return {};
      const trace = traceOf(run);
      if (trace === undefined) continue;
      if (!known.has(trace)) {
        if (budget.reads-- <= 0) return { why: 'tooMuch' };
        const whole = await readUnlessGone(port, run.id);
        if (whole) known.set(trace, readCorrelation(whole.metadata)?.submissionKey);
      }
      if (known.get(trace) === submissionKey) return { trace };
    }
    if (++pages >= MAX_PAGES) return { why: 'tooMuch' };
  }
  return {};
}

/** A run that was deleted since it was listed has nothing to say. */
export async function readUnlessGone(port: Pick<LostPort, 'getRun'>, id: string): Promise<Run | undefined> {
  const { value, failure } = await settle(port.getRun(id));
  if (failure && failure.status !== 404) throw failure;
  return value;
}
