import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { page, type Query, sorted } from '../paging';
import { findWorkflow } from '../runs';
import type { State, StoredWorkflow } from '../state';

const toSummary = ({ id, name, createdAt, updatedAt }: StoredWorkflow): Extend.WorkflowSummary => ({
  object: 'workflow',
  id,
  name,
  createdAt,
  updatedAt,
  createdBy: null,
});

const toWorkflow = (workflow: StoredWorkflow): Extend.Workflow => ({
  ...toSummary(workflow),
  createdBy: null,
  draftVersion: {
    object: 'workflow_version',
    id: workflow.draftId,
    version: 'draft',
    name: null,
    steps: workflow.draft,
    createdAt: workflow.createdAt,
    createdBy: null,
  },
});

export function workflowRoutes(app: FastifyInstance, state: () => State): void {
  app.get<{ Querystring: Query }>('/workflows', async ({ query }) => {
    const by = (workflow: StoredWorkflow) => (query.sortBy === 'createdAt' ? workflow.createdAt : workflow.updatedAt) + workflow.id;
    return page(sorted([...state().workflows.values()], by, query.sortDir), query, toSummary);
  });

  app.get<{ Params: { id: string } }>('/workflows/:id', async ({ params }) => toWorkflow(findWorkflow(state(), params.id)));
}
