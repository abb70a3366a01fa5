import type { ExtendClient } from 'extend-ai';

/** Things that are on the server. */
export interface Ids {
  workflow: string;
  run: string;
  file: string;
  endpoint: string;
  subscription: string;
}

type Call = (client: ExtendClient, known: Ids) => PromiseLike<unknown>;

export interface Method {
  works: Call;
  /** Something the server refuses: a key or value that the contract does not have. */
  invalid?: Call;
  /** Named in the path or body, so that it can be unknown. */
  named?: keyof Ids;
}

const text = { text: 'Invoice INV-1' };
const strange = { strange: true } as object;

/** Every method of the SDK that this package uses, by its name there. */
export const METHODS: Record<string, Record<string, Method>> = {
  workflowRuns: {
    list: { works: (client) => client.workflowRuns.list(), invalid: (client) => client.workflowRuns.list({ maxPageSize: 1001 }) },
    create: {
      named: 'workflow',
      works: (client, { workflow }) => client.workflowRuns.create({ workflow: { id: workflow }, file: text }),
      invalid: (client, { workflow }) => client.workflowRuns.create({ workflow: { id: workflow }, file: text, ...strange }),
    },
    retrieve: { named: 'run', works: (client, { run }) => client.workflowRuns.retrieve(run) },
    update: {
      named: 'run',
      works: (client, { run }) => client.workflowRuns.update(run, { name: 'A', metadata: { a: 1 } }),
      invalid: (client, { run }) => client.workflowRuns.update(run, { metadata: { a: 'x'.repeat(11_000) } }),
    },
    delete: { named: 'run', works: (client, { run }) => client.workflowRuns.delete(run) },
    cancel: { named: 'run', works: (client, { run }) => client.workflowRuns.cancel(run) },
    createBatch: {
      named: 'workflow',
      works: (client, { workflow }) => client.workflowRuns.createBatch({ workflow: { id: workflow }, inputs: [{ file: text }] }),
      invalid: (client, { workflow }) => client.workflowRuns.createBatch({ workflow: { id: workflow }, inputs: [] }),
    },
  },
  workflows: {
    list: { works: (client) => client.workflows.list(), invalid: (client) => client.workflows.list({ sortBy: 'name' as never }) },
    create: { works: (client) => client.workflows.create({ name: 'A' }), invalid: (client) => client.workflows.create({ name: '' }) },
    retrieve: { named: 'workflow', works: (client, { workflow }) => client.workflows.retrieve(workflow) },
    update: {
      named: 'workflow',
      works: (client, { workflow }) => client.workflows.update(workflow, { name: 'A' }),
      invalid: (client, { workflow }) => client.workflows.update(workflow, { steps: [] }),
    },
  },
  workflowVersions: {
    list: {
      named: 'workflow',
      works: (client, { workflow }) => client.workflowVersions.list(workflow),
      invalid: (client, { workflow }) => client.workflowVersions.list(workflow, { maxPageSize: 0 }),
    },
    create: {
      named: 'workflow',
      works: (client, { workflow }) => client.workflowVersions.create(workflow),
      invalid: (client, { workflow }) => client.workflowVersions.create(workflow, strange),
    },
    retrieve: { named: 'workflow', works: (client, { workflow }) => client.workflowVersions.retrieve(workflow, 'draft') },
  },
  files: {
    list: { works: (client) => client.files.list(), invalid: (client) => client.files.list({ sortDir: 'up' as never }) },
    retrieve: { named: 'file', works: (client, { file }) => client.files.retrieve(file) },
    delete: { named: 'file', works: (client, { file }) => client.files.delete(file) },
    upload: { works: (client) => client.files.upload(new File(['x'], 'b.txt'), {}) },
  },
  webhookEndpoints: {
    list: { works: (client) => client.webhookEndpoints.list(), invalid: (client) => client.webhookEndpoints.list({ nextPageToken: 'strange' }) },
    create: {
      works: (client) => client.webhookEndpoints.create({ url: 'https://example.com', name: 'A', enabledEvents: [], apiVersion: '2026-02-09' }),
      invalid: (client) => client.webhookEndpoints.create({ url: 'https://example.com', name: 'A', enabledEvents: [], apiVersion: '2026-02-09', ...strange }),
    },
    retrieve: { named: 'endpoint', works: (client, { endpoint }) => client.webhookEndpoints.retrieve(endpoint) },
    update: {
      named: 'endpoint',
      works: (client, { endpoint }) => client.webhookEndpoints.update(endpoint, { status: 'disabled' }),
      invalid: (client, { endpoint }) => client.webhookEndpoints.update(endpoint, strange),
    },
    delete: { named: 'endpoint', works: (client, { endpoint }) => client.webhookEndpoints.delete(endpoint) },
  },
  webhookSubscriptions: {
    list: { works: (client) => client.webhookSubscriptions.list(), invalid: (client) => client.webhookSubscriptions.list({ maxPageSize: 1001 }) },
    create: {
      named: 'workflow',
      works: (client, { endpoint, workflow }) =>
        client.webhookSubscriptions.create({ webhookEndpointId: endpoint, resourceType: 'workflow', resourceId: workflow, enabledEvents: ['workflow_run.completed'] }),
      invalid: (client, { endpoint, workflow }) =>
        client.webhookSubscriptions.create({ webhookEndpointId: endpoint, resourceType: 'workflow', resourceId: workflow, enabledEvents: ['workflow.created'] }),
    },
    retrieve: { named: 'subscription', works: (client, { subscription }) => client.webhookSubscriptions.retrieve(subscription) },
    update: {
      named: 'subscription',
      works: (client, { subscription }) => client.webhookSubscriptions.update(subscription, { enabledEvents: ['workflow_run.rejected'] }),
      invalid: (client, { subscription }) => client.webhookSubscriptions.update(subscription, { enabledEvents: ['workflow.created'] }),
    },
    delete: { named: 'subscription', works: (client, { subscription }) => client.webhookSubscriptions.delete(subscription) },
  },
};
