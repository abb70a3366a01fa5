import type { Extend } from 'extend-ai';
import { byId } from '../../../harness/onSandbox';
import { callOf } from '../../../harness/operationCalls';
import { forEach, inVain, type RequestCase, variant } from './cases';
import { newestFirst, oldestFirst, pageSize } from './differences';

const cancelBatch = callOf('workflowRun', 'cancelBatch');
const get = callOf('workflowRun', 'get');
const getAll = callOf('workflowRun', 'getAll');
const getBatchResults = callOf('workflowRun', 'getBatchResults');
const update = callOf('workflowRun', 'update');

/** What getting a batch looks like: its runs, then each of them. */
const readBatch: RequestCase['sdk'] = async (client, { batchId }) => {
  const { data } = await client.workflowRuns.list({ batchId });
  await forEach(data, async ({ id }) => await client.workflowRuns.retrieve(id));
};

export const runCases: RequestCase[] = [
  { call: callOf('workflowRun', 'cancel'), sdk: async (client, { workflowRunIds }) => await forEach(workflowRunIds, async (id) => await inVain(client.workflowRuns.cancel(id))) },
  {
    call: cancelBatch,
    sdk: async (client, { batchId }) => {
      const { data } = await client.workflowRuns.list({ batchId });
      await forEach(data, async ({ id }) => await inVain(client.workflowRuns.cancel(id)));
      await client.workflowRuns.list({ batchId });
    },
    differs: [oldestFirst, pageSize],
  },
  { call: callOf('workflowRun', 'delete'), sdk: async (client, { workflowRunIds }) => await forEach(workflowRunIds, async (id) => await inVain(client.workflowRuns.delete(id))) },
  { call: get, sdk: async (client, { workflowRunIds }) => await forEach(workflowRunIds, async (id) => await client.workflowRuns.retrieve(id)) },
  {
    call: variant(get, 'by address', {
      parameters: ({ workflowId, workflowRunIds: [id] }) => ({ workflowRunId: { __rl: true, mode: 'url', value: `https://dashboard.extend.ai/workflows/${workflowId}/runs/${id}?tab=1` } }),
      input: () => [{}],
    }),
    sdk: async (client, { workflowRunIds: [id] }) => await client.workflowRuns.retrieve(id as string),
  },
  { call: getAll, sdk: async (client) => await client.workflowRuns.list(), differs: [newestFirst, pageSize] },
  {
    call: variant(getAll, 'with every filter', {
      parameters: ({ workflowId, batchId }) => ({
        limit: 7,
        filters: { batchId, fileNameContains: 'file', sortBy: 'updatedAt', sortDir: 'asc', status: 'PROCESSED', workflowId: byId(workflowId) },
      }),
    }),
    sdk: async (client, { workflowId, batchId }) =>
      await client.workflowRuns.list({ batchId, fileNameContains: 'file', sortBy: 'updatedAt', sortDir: 'asc', status: 'PROCESSED', workflowId, maxPageSize: 7 }),
  },
  ...['NEEDS_REVIEW', 'FAILED', 'CANCELLING'].map((status): RequestCase => ({
    call: variant(getAll, `of status ${status}`, { parameters: () => ({ filters: { status } }) }),
    sdk: async (client) => await client.workflowRuns.list({ status: status as Extend.WorkflowRunStatus }),
    differs: [newestFirst, pageSize],
  })),
  {
    call: variant(getAll, 'page by page', {
      prepare: async (sandbox) => {
        const account = await getAll.prepare(sandbox);
        sandbox.configure({ pageCap: 2 });
        return account;
      },
      parameters: ({ batchId }) => ({ returnAll: true, filters: { batchId } }),
    }),
    sdk: async (client, { batchId }) => {
      let token: string | undefined;
      do ({ nextPageToken: token } = await client.workflowRuns.list({ batchId, sortBy: 'createdAt', sortDir: 'desc', maxPageSize: 1000, nextPageToken: token }));
      while (token);
    },
  },
  { call: getBatchResults, sdk: readBatch, differs: [oldestFirst, pageSize] },
  {
    call: variant(getBatchResults, 'with two outputs', { parameters: () => ({ options: { separateRunning: true } }), input: ({ batchId }) => [{ batchId, inputCount: 5 }] }),
    sdk: readBatch,
    differs: [oldestFirst, pageSize],
  },
  {
    call: variant(getBatchResults, 'of one status', { parameters: () => ({ options: { statuses: ['FAILED'] } }) }),
    sdk: async (client, { batchId }) => {
      const { data } = await client.workflowRuns.list({ batchId });
      await forEach(data.filter(({ status }) => status === 'FAILED'), async ({ id }) => await client.workflowRuns.retrieve(id));
    },
    differs: [oldestFirst, pageSize],
  },
  {
    call: update,
    sdk: async (client, { workflowRunIds }) =>
      await forEach(workflowRunIds, async (id) => await client.workflowRuns.update(id, { metadata: { approved: true, by: 'Ada' } })),
  },
  {
    call: variant(update, 'of the name', { parameters: ({ workflowRunIds: [id] }) => ({ workflowRunId: byId(id as string), name: 'Invoice 17' }), input: () => [{}] }),
    sdk: async (client, { workflowRunIds: [id] }) => await client.workflowRuns.update(id as string, { name: 'Invoice 17' }),
  },
  {
    call: variant(update, 'of both', {
      parameters: ({ workflowRunIds: [id] }) => ({ workflowRunId: byId(id as string), name: 'Invoice 17', metadata: '{"a": {"b": [1, null]}}' }),
      input: () => [{}],
    }),
    sdk: async (client, { workflowRunIds: [id] }) => await client.workflowRuns.update(id as string, { name: 'Invoice 17', metadata: { a: { b: [1, null] } } }),
  },
];
