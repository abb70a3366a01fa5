import { randomUUID } from 'node:crypto';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import { concernsAll, ExtendApiFailure } from '../../../extend/api/errors';
import type { JsonObject, WorkflowRun } from '../../../extend/api/types';
import type { KnownBatches } from '../../../extend/submission/findLost';
import type { Origin } from '../../../extend/intake/check';
import { mapBounded } from '../../../extend/concurrency';
import { type Started, startRun, type StartPort, type UploadedRun } from '../../../extend/runs/start';
import type { ExtendClient } from '../../../transport/client';
import { explain, toNodeError } from '../../shared/errors';
import { dedupPort } from '../../../transport/runs';
import { count, explainNotFound } from '../pipeline/report';
import { failureItem, type NodeError } from '../../shared/errorItems';

const STARTS_AT_ONCE = 5;
/** Runs named in the text of an error; the rest is counted. */
const RUNS_SHOWN = 20;

export interface StartedRun {
  itemIndex: number;
  run: WorkflowRun;
}

export interface FailedRun {
  itemIndex: number;
  run: UploadedRun;
  outcome: Exclude<Started, { kind: 'started' }> | { kind: 'notSent'; failure: ExtendApiFailure; submission?: undefined };
}

const startPort = (client: ExtendClient): StartPort => ({
  ...dedupPort(client),
  newSubmissionKey: randomUUID,
  post: async (body: JsonObject): Promise<WorkflowRun> => {
    const run = await client.request<WorkflowRun>({ method: 'POST', path: '/workflow_runs', body, effect: 'start' });
    if (typeof run.id === 'string' && run.id !== '') return run;
    throw new ExtendApiFailure({ kind: 'unreadable', message: 'The answer has no run ID' });
  },
});

/**
 * Starts every run, a few at once.
 * @param goOn starts the others after a failure that concerns one run only
 */
export async function startRuns(
  client: ExtendClient,
  runs: UploadedRun[],
  { origin, patienceMs, goOn }: { origin?: Origin; patienceMs: number; goOn: boolean },
): Promise<{ started: StartedRun[]; failed: FailedRun[] }> {
  const port = startPort(client);
  const known: KnownBatches = new Map();
  const started: StartedRun[] = [];
  const failed: FailedRun[] = [];
  let stop: ExtendApiFailure | undefined;
  await mapBounded(runs, STARTS_AT_ONCE, async (checked) => {
    const { itemIndex } = checked;
    if (stop) {
      failed.push({ itemIndex, run: checked, outcome: { kind: 'notSent', failure: stop } });
      return;
    }
    const outcome = await startRun(checked, port, origin, patienceMs, known);
    if (outcome.kind === 'started') {
      started.push({ itemIndex, run: outcome.run });
      return;
    }
    if (!goOn || concernsAll(outcome.failure)) stop ??= outcome.failure;
    failed.push({ itemIndex, run: checked, outcome });
  });
  const byItem = (a: { itemIndex: number }, b: { itemIndex: number }) => a.itemIndex - b.itemIndex;
  return { started: started.sort(byItem), failed: failed.sort(byItem) };
}

/** What happened to a run that was not started, and what a builder can do. */
function explainFailed({ run, outcome: { kind, failure, submission } }: FailedRun): { title: string; advice: string } {
  const { title, advice } = explain(failure);
  if (kind === 'notSent') return { title: 'The run was not started, because an earlier one failed', advice };
  if (kind === 'rejected') return failure.status === 404 ? explainNotFound(failure, run.workflow.id, run.files) : { title, advice };
  return {
    title: 'It is unknown whether Extend started this run',
    advice: `The document may be in process, so it was not sent again. Look in Extend for a run whose metadata has the submission key ${submission} before running the node again.`,
  };
}

export const failedRunItem = (node: INode, failed: FailedRun): INodeExecutionData => {
  const { kind, failure, submission } = failed.outcome;
  return failureItem(node, failure, failed.itemIndex, explainFailed(failed), { status: kind, ...(submission && { submissionKey: submission }) });
};

/** The error of starts that did not succeed whole; it names what was started, so that a re-run does not pay twice. */
export function startError(node: INode, started: StartedRun[], failed: FailedRun[]): NodeError | undefined {
  const worst = failed.find(({ outcome }) => outcome.kind === 'unknown') ?? failed[0];
  if (!worst) return undefined;
  const ids = started.slice(0, RUNS_SHOWN).map(({ run }) => run.id);
  const kept =
    started.length === 0
      ? 'No run was started.'
      : `Already started: ${count(started.length, 'run')} (${ids.join(', ')}${started.length > ids.length ? ', …' : ''}); running the node again would start them twice.`;
  const { title, advice } = explainFailed(worst);
  return toNodeError(node, worst.outcome.failure, { title, advice: `${advice} ${kept}`, itemIndex: worst.itemIndex });
}
