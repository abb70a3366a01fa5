import type { Extend } from 'extend-ai';
import { byId } from '../../../harness/onSandbox';
import { callOf } from '../../../harness/operationCalls';
import { forEach, inVain, type RequestCase, variant } from './cases';
import { newestFirst, pageSize, sortDirection } from './differences';

const steps: Extend.WorkflowStepDefinition[] = [
  { type: 'TRIGGER', name: 'Start', next: [{ step: 'Read' }] },
  { type: 'PARSE', name: 'Read', config: {}, next: [{ step: 'Get' }] },
  { type: 'EXTRACT', name: 'Get', config: { extractor: { id: 'ex_1', version: 'latest' } } },
];
const stepsJson = JSON.stringify(steps);

const create = callOf('workflow', 'create');
const getAll = callOf('workflow', 'getAll');
const update = callOf('workflow', 'update');
const deploy = callOf('workflowVersion', 'create');
const version = callOf('workflowVersion', 'get');
const versions = callOf('workflowVersion', 'getAll');

export const workflowCases: RequestCase[] = [
  { call: create, sdk: async (client) => await client.workflows.create({ name: 'Receipts' }) },
  {
    call: variant(create, 'with steps', { parameters: () => ({ name: 'Receipts', stepsFrom: 'json', stepsJson }) }),
    sdk: async (client) => await client.workflows.create({ name: 'Receipts', steps }),
  },
  { call: callOf('workflow', 'get'), sdk: async (client, { workflowId }) => await client.workflows.retrieve(workflowId) },
  { call: getAll, sdk: async (client) => await client.workflows.list(), differs: [newestFirst, pageSize] },
  {
    call: variant(getAll, 'with every option', { parameters: () => ({ limit: 7, options: { sortBy: 'updatedAt', sortDir: 'asc' } }) }),
    sdk: async (client) => await client.workflows.list({ sortBy: 'updatedAt', sortDir: 'asc', maxPageSize: 7 }),
  },
  {
    call: update,
    sdk: async (client, { workflowId }) => {
      const all = JSON.parse(update.parameters({ workflowId } as never).stepsJson as string) as Extend.WorkflowStepDefinition[];
      await client.workflows.update(workflowId, { name: 'Receipts', steps: all });
    },
  },
  {
    call: variant(update, 'of the name', { parameters: ({ workflowId }) => ({ workflow: byId(workflowId), name: 'Receipts' }) }),
    sdk: async (client, { workflowId }) => await client.workflows.update(workflowId, { name: 'Receipts' }),
  },
  {
    call: variant(update, 'of the steps', { parameters: ({ workflowId }) => ({ workflow: byId(workflowId), replaceSteps: true, stepsJson }) }),
    sdk: async (client, { workflowId }) => await client.workflows.update(workflowId, { steps }),
  },

  {
    call: deploy,
    sdk: async (client, { workflowId }) => {
      await client.workflowVersions.create(workflowId, { name: 'With credit notes' });
      await client.workflowVersions.create(workflowId);
    },
  },
  {
    call: variant(deploy, 'from steps', { parameters: ({ workflowId }) => ({ workflow: byId(workflowId), stepsFrom: 'json', stepsJson }), input: () => [{}] }),
    sdk: async (client, { workflowId }) => await client.workflowVersions.create(workflowId, { steps }),
  },
  {
    call: version,
    sdk: async (client, { workflowId }) => await forEach(['latest', '1', 'draft'], async (name) => await client.workflowVersions.retrieve(workflowId, name)),
  },
  {
    call: variant(version, 'encodes IDs', { parameters: () => ({ workflow: byId('a/b'), versionId: byId('1?c') }), input: () => [{}] }),
    sdk: async (client) => await inVain(client.workflowVersions.retrieve('a/b', '1?c')),
  },
  { call: versions, sdk: async (client, { workflowId }) => await client.workflowVersions.list(workflowId), differs: [sortDirection, pageSize] },
  {
    call: variant(versions, 'with every option', { parameters: ({ workflowId }) => ({ workflow: byId(workflowId), limit: 7, options: { sortDir: 'asc' } }) }),
    sdk: async (client, { workflowId }) => await client.workflowVersions.list(workflowId, { sortDir: 'asc', maxPageSize: 7 }),
  },
];
