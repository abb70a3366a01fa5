import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { invalid } from '../apiError';
import { inOrder, page, type Query } from '../paging';
import type { Server } from '../server';
import { publish } from '../state';
import { checkBody } from '../validation/bodies';
import { findVersion, findWorkflow } from '../workflows/find';
import { toVersion, toVersionSummary, toWorkflow, toWorkflowSummary } from '../workflows/present';
import { faultOf, minimalSteps } from '../workflows/steps';

type Params = { Params: { id: string } };

export function workflowRoutes(app: FastifyInstance, server: Server): void {
  const checkSteps = (steps: Extend.WorkflowStepDefinition[] | undefined, deploying = false): void => {
    const fault = steps && faultOf(steps, deploying);
    if (fault) throw invalid(server.settings, fault.message, fault.path);
  };

  app.post('/workflows', async ({ body }): Promise<Extend.Workflow> => {
    const { name, steps } = checkBody<Extend.WorkflowsCreateRequest>(server.settings, 'createWorkflow', body);
    if (name === '') throw invalid(server.settings, 'Must not be empty', 'name');
    checkSteps(steps);
    const created = toWorkflow(server.state.addWorkflow(name, steps ?? minimalSteps));
    server.announcer.announce('workflow.created', created, created.id);
    return created;
  });

  app.get<{ Querystring: Query }>('/workflows', async ({ query }) => {
    const rows = inOrder(server.settings, [...server.state.workflows.values()], query, ({ updatedAt }) => Date.parse(updatedAt));
    return page(server.settings, rows, query, toWorkflowSummary);
  });

  app.get<Params>('/workflows/:id', async ({ params }) => toWorkflow(findWorkflow(server.state, params.id)));

  app.post<Params>('/workflows/:id', async ({ params, body }) => {
    const workflow = findWorkflow(server.state, params.id);
    const { name, steps } = checkBody<Extend.WorkflowsUpdateRequest>(server.settings, 'updateWorkflow', body);
    checkSteps(steps);
    workflow.name = name ?? workflow.name;
    workflow.draft = { ...workflow.draft, steps: steps ?? workflow.draft.steps };
    workflow.updatedAt = new Date().toISOString();
    return toWorkflow(workflow);
  });

  app.post<Params>('/workflows/:id/versions', async ({ params, body }) => {
    const workflow = findWorkflow(server.state, params.id);
    const { name, steps } = checkBody<Extend.WorkflowVersionsCreateRequest>(server.settings, 'createVersion', body);
    checkSteps(steps ?? workflow.draft.steps, true);
    const version = toVersion(publish(workflow, steps ?? workflow.draft.steps, name));
    server.announcer.announce('workflow.deployed', toWorkflow(workflow), workflow.id);
    return version;
  });

  app.get<Params & { Querystring: Query }>('/workflows/:id/versions', async ({ params, query }) => {
    const { draft, published } = findWorkflow(server.state, params.id);
    return page(server.settings, inOrder(server.settings, [draft, ...published], query), query, toVersionSummary);
  });

  app.get<{ Params: { id: string; version: string } }>('/workflows/:id/versions/:version', async ({ params }) =>
    toVersion(findVersion(findWorkflow(server.state, params.id), params.version)),
  );
}
