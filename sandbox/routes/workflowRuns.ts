import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { inOrder, type ListPage, page, type Query } from '../paging';
import { cancelRun, deleteRun, findRun, updateRun } from '../runs/change';
import { createBatch, createRun } from '../runs/create';
import { toRun, toRunSummary } from '../runs/present';
import { changedAt, statusOf } from '../runs/status';
import type { Server } from '../server';
import { checkBody } from '../validation/bodies';

type Params = { Params: { id: string } };

export function workflowRunRoutes(app: FastifyInstance, server: Server): void {
  app.post('/workflow_runs', async ({ body }): Promise<Extend.WorkflowRun> => {
    const run = createRun(server, body);
    return { ...toRun(server.state, run, run.createdAt), status: server.settings.unknowns.createStatus };
  });

  app.post('/workflow_runs/batch', async ({ body }): Promise<Extend.WorkflowRunsCreateBatchResponse> => {
    const answer = createBatch(server, body);
    if (server.settings.batchMs > 0) await wait(server.settings.batchMs, undefined, { ref: false });
    return answer;
  });

  app.get<{ Querystring: Query }>('/workflow_runs', async ({ query }) => listRuns(server, query));

  app.get<Params>('/workflow_runs/:id', async ({ params }) => toRun(server.state, findRun(server.state, params.id)));

  app.post<Params>('/workflow_runs/:id', async ({ params, body }) => {
    const run = findRun(server.state, params.id);
    updateRun(server.state, run, checkBody<Extend.WorkflowRunsUpdateRequest>(server.settings, 'updateRun', body));
    return toRun(server.state, run);
  });

  app.post<Params>('/workflow_runs/:id/cancel', async ({ params }) => {
    const run = findRun(server.state, params.id);
    cancelRun(server.state, run);
    return toRun(server.state, run);
  });

  app.delete<Params>('/workflow_runs/:id', async ({ params: { id } }): Promise<Extend.WorkflowRunsDeleteResponse> => {
    deleteRun(server.state, findRun(server.state, id));
    return { id };
  });
}

function listRuns({ state, settings }: Server, query: Query): ListPage<Extend.WorkflowRunSummary> {
  const now = Date.now();
  const candidates = query.batchId === undefined ? state.runs.values() : (state.batches.get(query.batchId)?.runs ?? []);
  const rows = [...candidates].filter(
    (run) =>
      now >= run.createdAt + settings.listDelayMs &&
      (query.workflowId === undefined || run.workflow.id === query.workflowId) &&
      (query.status === undefined || statusOf(state, run, now) === query.status) &&
      (query.fileNameContains === undefined || run.files.some(({ name }) => name.includes(query.fileNameContains ?? ''))),
  );
  // Runs of batches that come into being over time are not in the order of their entry.
  rows.sort((a, b) => a.createdAt - b.createdAt);
  const sorted = inOrder(settings, rows, query, (run) => changedAt(run, now));
  return page(settings, sorted, query, (run) => toRunSummary(state, run, now));
}
