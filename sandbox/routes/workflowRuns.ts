import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '../ids';
import { page, type Query, sorted } from '../paging';
import { cancelRun, createRun, findRun, findWorkflow, resolveVersion, statusOf, toRun, toSummary } from '../runs';
import type { State, StoredRun } from '../state';
import { checkBatchSize, checkBody, checkInput, checkPriority, refuse } from '../validation';

type Params = { Params: { id: string } };

function createBatch(state: State, body: unknown): { batchId: string } {
  const { inputs, priority, workflow: reference } = checkBody<Extend.WorkflowRunsCreateBatchRequest>(state, 'createBatch', body);
  checkBatchSize(state, inputs.length);
  checkPriority(state, priority);
  const { priorityInBatch } = state.options.unknowns;
  if (priority !== undefined && priorityInBatch === 'reject') throw refuse(state, 'Unrecognized key. Path: priority');
  const workflow = findWorkflow(state, reference.id);
  const version = resolveVersion(workflow, reference.version);
  for (const [i, input] of inputs.entries()) checkInput(state, input, `inputs[${i}].`);

  const batchId = newId('batch');
  const runs = inputs.map(({ file, metadata }) => createRun(state, { workflow, version, batchId, input: file, metadata }));
  state.runsByBatch.set(batchId, runs);
  state.batches.set(batchId, {
    batchId,
    workflowId: workflow.id,
    version: reference.version,
    ...(priorityInBatch === 'accept' && { priority }),
    runIds: runs.map(({ id }) => id),
    createdAt: new Date().toISOString(),
  });
  return { batchId };
}

function listed(state: State, query: Query): StoredRun[] {
  const candidates = query.batchId ? (state.runsByBatch.get(query.batchId) ?? []) : [...state.runs.values()];
  const now = Date.now();
  const rows = candidates.filter(
    (run) =>
      now >= run.createdAt + state.options.listDelayMs &&
      (!query.workflowId || run.workflowId === query.workflowId) &&
      (!query.status || statusOf(run, now) === query.status) &&
      (!query.fileNameContains || run.files.some(({ name }) => name.includes(query.fileNameContains ?? ''))),
  );
  const time = (run: StoredRun) => (query.sortBy === 'createdAt' ? run.createdAt : now >= run.endsAt ? run.endsAt : run.createdAt);
  return sorted(rows, (run) => `${time(run)}${run.id}`, query.sortDir);
}

export function workflowRunRoutes(app: FastifyInstance, state: () => State): void {
  app.post('/workflow_runs/batch', async ({ body }) => {
    const answer = createBatch(state(), body);
    if (state().options.batchMs > 0) await wait(state().options.batchMs);
    return answer;
  });

  app.post('/workflow_runs', async ({ body }) => {
    const { workflow: reference, file, metadata, priority } = checkBody<Extend.WorkflowRunsCreateRequest>(state(), 'createRun', body);
    checkPriority(state(), priority);
    const workflow = findWorkflow(state(), reference.id);
    const version = resolveVersion(workflow, reference.version);
    checkInput(state(), { file, metadata }, '');
    const input = file as Extend.WorkflowRunsCreateRequestFile;
    const run = await toRun(state(), createRun(state(), { workflow, version, batchId: null, input, metadata }));
    return { ...run, status: state().options.unknowns.createStatus };
  });

  app.get<{ Querystring: Query }>('/workflow_runs', async ({ query }) =>
    page(listed(state(), query), query, (run) => toSummary(state(), run)),
  );

  app.get<Params>('/workflow_runs/:id', async ({ params }) => await toRun(state(), findRun(state(), params.id)));

  app.post<Params>('/workflow_runs/:id', async ({ params, body }) => {
    const run = findRun(state(), params.id);
    const { metadata } = checkBody<Omit<Extend.WorkflowRunsUpdateRequest, 'id'>>(state(), 'updateRun', body);
    run.metadata = { ...run.metadata, ...metadata };
    return await toRun(state(), run);
  });

  app.post<Params>('/workflow_runs/:id/cancel', async ({ params }) => {
    const run = findRun(state(), params.id);
    cancelRun(run);
    return await toRun(state(), run);
  });

  app.delete<Params>('/workflow_runs/:id', async ({ params: { id } }) => {
    const { batchId } = findRun(state(), id);
    state().runs.delete(id);
    if (batchId) {
      const others = (state().runsByBatch.get(batchId) ?? []).filter((run) => run.id !== id);
      state().runsByBatch.set(batchId, others);
    }
    return { id };
  });
}
