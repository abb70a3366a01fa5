import { certainlyDidNothing, type ExtendApiFailure, failureOf } from '../api/errors';
import type { FileInput, JsonObject, WorkflowRun } from '../api/types';
import { CORRELATION_KEY, withCorrelation } from '../submission/correlate';
import { findSubmission, type KnownBatches, type ReconcilePort } from '../submission/findLost';
import type { Origin } from '../intake/check';
import type { CheckedRun } from './validate';

/** A checked run whose files Extend can have. */
export type UploadedRun = Omit<CheckedRun, 'files'> & { files: FileInput[] };

export interface StartPort extends ReconcilePort {
  /** `POST /workflow_runs`, again only when it certainly did nothing. */
  post(body: JsonObject): Promise<WorkflowRun>;
  newSubmissionKey(): string;
}

/** How the start of a run ended; `unknown` runs may exist, so they are not started again. */
export type Started =
  | { kind: 'started'; run: WorkflowRun; submission: string }
  | { kind: 'rejected' | 'unknown'; failure: ExtendApiFailure; submission: string };

const bodyOf = ({ workflow, priority, files, isPackage, outputs, secrets }: UploadedRun, metadata?: JsonObject): JsonObject => ({
  workflow,
  ...(isPackage ? { package: { files } } : { file: files[0] }),
  ...(outputs && { outputs }),
  ...(priority !== undefined && { priority }),
  ...(metadata && { metadata }),
  ...(secrets && { secrets }),
});

/** Single runs have no batch: each is looked at as if it were a batch of its own. Those of batches only tell the time. */
async function* asBatches(pages: ReturnType<ReconcilePort['newestRuns']>): ReturnType<ReconcilePort['newestRuns']> {
  for await (const runs of pages) yield runs.map((run) => ({ ...run, batchId: run.batchId ? null : run.id }));
}

/**
 * Starts one run. When the answer is lost, the run is looked for by its submission key.
 * @param origin adds correlation metadata; without it a lost run cannot be found again
 * @param patienceMs how long to look for it
 * @param known runs that need no look; those that are looked at are added
 */
export async function startRun(
  checked: UploadedRun,
  port: StartPort,
  origin: Origin | undefined,
  patienceMs: number,
  known: KnownBatches,
): Promise<Started> {
  const { itemIndex, metadata: own, workflow } = checked;
  const submission = port.newSubmissionKey();
  const since = port.now();
  const metadata = origin ? withCorrelation(own, { ...origin, itemIndex, submission }) : own;
  let run: WorkflowRun | undefined;
  const post = async () => (run = await port.post(bodyOf(checked, metadata)));
  const failure = await failureOf(post());
  if (run) {
    known.set(run.id, submission);
    return { kind: 'started', run, submission };
  }
  const lost = failure as ExtendApiFailure;
  if (certainlyDidNothing(lost)) return { kind: 'rejected', failure: lost, submission };
  const traceable = origin !== undefined && !(own && CORRELATION_KEY in own);
  const single: ReconcilePort = { ...port, newestRuns: (id) => asBatches(port.newestRuns(id)) };
  const lostRun = { workflowId: workflow.id, submission, since };
  const found = traceable ? await findSubmission(single, lostRun, known, patienceMs) : undefined;
  if (!found || !('batchId' in found)) return { kind: 'unknown', failure: lost, submission };
  // It exists, whether it can be read again or not.
  let again: WorkflowRun = { id: found.batchId, status: 'PROCESSING', metadata };
  const read = async () => (again = await port.getRun(found.batchId));
  await failureOf(read());
  return { kind: 'started', run: again, submission };
}
