import type { CollectPort } from '../extend/batch/collect';
import type { DedupPort } from '../extend/batch/dedup';
import type { WorkflowRun, WorkflowRunSummary } from '../extend/api/types';
import { type ExtendClient, path } from './client';
import { pause } from './pause';

export const getRun = async (client: ExtendClient, id: string): Promise<WorkflowRun> =>
  await client.request<WorkflowRun>({ method: 'GET', path: path`/workflow_runs/${id}`, effect: 'read' });

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
export const dedupPort = (client: ExtendClient): DedupPort => ({
  ...collectPort(client),
  newestRuns: (workflowId) => newestRuns(client, workflowId),
  clockAheadMs: () => client.clockAheadMs,
});

/** Pages of a workflow's runs, the newest first. */
export async function* newestRuns(client: ExtendClient, workflowId: string): AsyncGenerator<WorkflowRunSummary[]> {
  const query = { workflowId, sortBy: 'createdAt', sortDir: 'desc' };
  for await (const { data } of client.pages<WorkflowRunSummary>('/workflow_runs', query)) yield data;
}
