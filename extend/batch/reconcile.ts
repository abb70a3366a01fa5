import { failureOf } from '../api/errors';
import type { WorkflowRun, WorkflowRunSummary } from '../api/types';
import { readCorrelation } from './correlate';

/** How a lost submission is looked for. */
export interface ReconcilePort {
  /** Pages of a workflow's runs, newest first. */
  newestRuns(workflowId: string): AsyncIterable<WorkflowRunSummary[]>;
  getRun(id: string): Promise<WorkflowRun>;
  /** Rejects when the user stops the execution. */
  sleep(ms: number): Promise<void>;
}

const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15_000;

/** Extend's clock may differ from ours by this much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Finds out whether a batch request whose answer was lost was taken: among the workflow's runs since then,
 * one run of each batch tells by its metadata whose it is.
 * @param since when the submission began, in milliseconds since the epoch
 * @param known batches of this execution that need no look
 * @param patienceMs how long to look, because new runs may show up in lists late
 * @returns the batch id, or undefined when no run of the submission showed up in time
 */
export async function findSubmission(
  port: ReconcilePort,
  workflowId: string,
  submission: string,
  since: number,
  known: ReadonlySet<string>,
  patienceMs: number,
): Promise<string | undefined> {
  const seen = new Set(known);
  for (let waited = 0, pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    let found: string | undefined;
    // A look that fails is made again, like one that finds nothing.
    await failureOf(
      look(port, workflowId, submission, since - CLOCK_SKEW_MS, seen).then((batchId) => {
        found = batchId;
      }),
    );
    if (found || waited >= patienceMs) return found;
    await port.sleep(pause);
    waited += pause;
  }
}

async function look(
  port: ReconcilePort,
  workflowId: string,
  submission: string,
  since: number,
  seen: Set<string>,
): Promise<string | undefined> {
  for await (const runs of port.newestRuns(workflowId)) {
    for (const { id, batchId, createdAt } of runs) {
      if (createdAt !== undefined && Date.parse(createdAt) < since) return undefined;
      if (!batchId || seen.has(batchId)) continue;
      const run = await port.getRun(id);
      if (readCorrelation(run.metadata)?.submission === submission) return batchId;
      seen.add(batchId);
    }
  }
  return undefined;
}
