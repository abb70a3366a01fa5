import type { CollectPort } from '../extend/results/collect';
import type { ReconcilePort } from '../extend/submission/findLost';
import type { WorkflowRun, WorkflowRunSummary } from '../extend/api/types';
import { ExtendApiFailure, failureOf } from '../extend/api/errors';
import { isTerminal } from '../extend/api/statuses';
import { type ExtendClient, path } from './client';
import { pause } from './pause';

export const getRun = async (client: ExtendClient, id: string): Promise<WorkflowRun> =>
  await client.request<WorkflowRun>({ method: 'GET', path: path`/workflow_runs/${id}`, effect: 'read' });

/** A run that cannot be cancelled, because there is nothing left to stop. */
export class RunHasEnded extends ExtendApiFailure {
  constructor(status: string, refusal: ExtendApiFailure) {
    super({ ...refusal, message: `The run has ended as ${status} and cannot be cancelled any more` });
  }
}

/**
 * Asks a run to stop; one that is being cancelled already is fine, because an earlier request may have done it and lost
 * its answer.
 * @returns the run's status now
 * @throws RunHasEnded, or another ExtendApiFailure
 */
export async function cancelRun(client: ExtendClient, id: string): Promise<string> {
  let status = '';
  const cancel = async () =>
    ({ status } = await client.request<WorkflowRun>({ method: 'POST', path: path`/workflow_runs/${id}/cancel`, effect: 'write' }));
  const failure = await failureOf(cancel());
  if (!failure) return status;
  // Which status refuses the cancel of a run that has ended is not documented: the run itself tells.
  if (failure.status === undefined || ![400, 409, 422].includes(failure.status)) throw failure;
  ({ status } = await getRun(client, id));
  if (status === 'CANCELLING' || status === 'CANCELLED') return status;
  if (!isTerminal(status)) throw failure;
  throw new RunHasEnded(status, failure);
}

/**
 * Every run of a batch. Sorted by creation, which does not change while runs do; a run that shows up on
 * two pages all the same counts once.
 */
export async function listBatchRuns(client: ExtendClient, batchId: string): Promise<WorkflowRunSummary[]> {
  const runs = new Map<string, WorkflowRunSummary>();
  const query = { batchId, sortBy: 'createdAt', sortDir: 'asc' };
  for await (const { data } of client.pages<WorkflowRunSummary>('/workflow_runs', query)) {
    for (const run of data) runs.set(run.id, run);
  }
  return [...runs.values()];
}

/** How the domain's collector reaches Extend from a node. */
export const collectPort = (client: ExtendClient): CollectPort => ({
  listRuns: async (batchId) => await listBatchRuns(client, batchId),
  getRun: async (id) => await getRun(client, id),
  sleep: async (ms) => await pause(ms, client.signal),
  now: () => Date.now(),
});

/** How the domain looks for runs of earlier submissions. */
export const dedupPort = (client: ExtendClient): ReconcilePort => ({
  ...collectPort(client),
  newestRuns: (workflowId) => newestRuns(client, workflowId),
  clockAheadMs: () => client.clockAheadMs,
});

/** Pages of a workflow's runs, the newest first. */
export async function* newestRuns(client: ExtendClient, workflowId: string): AsyncGenerator<WorkflowRunSummary[]> {
  const query = { workflowId, sortBy: 'createdAt', sortDir: 'desc' };
  for await (const { data } of client.pages<WorkflowRunSummary>('/workflow_runs', query)) yield data;
}
