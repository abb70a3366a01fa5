import type { JsonObject } from '../api/types';

/** What a builder wants of the objects that lists and single calls return; every field is there, absent ones as null. */

const at = (value: unknown, key: string): unknown => (value as JsonObject | null | undefined)?.[key] ?? null;

const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

/** A run as lists show it: they tell neither metadata nor results. */
export const summarizeRun = (run: JsonObject): JsonObject => ({
  workflowRunId: run.id,
  batchId: run.batchId ?? null,
  status: run.status,
  workflowId: at(run.workflow, 'id'),
  workflowName: at(run.workflow, 'name'),
  workflowVersion: at(run.workflowVersion, 'version'),
  files: listOf(run.files).map(({ id, name }) => ({ id, name })),
  createdAt: run.createdAt ?? run.initialRunAt ?? null,
  startTime: run.startTime ?? null,
  endTime: run.endTime ?? null,
  dashboardUrl: run.dashboardUrl ?? null,
});

/** Steps by name and kind, with the names of those that follow; what is configured in them is left out. */
const summarizeSteps = (steps: unknown): JsonObject[] =>
  listOf(steps).map(({ name, type, next }) => ({
    name,
    type,
    next: [...new Set(listOf(next).map(({ step }) => step))],
  }));

/** A workflow; lists leave its steps out. */
export const summarizeWorkflow = (workflow: JsonObject): JsonObject => ({
  workflowId: workflow.id,
  name: workflow.name,
  ...(workflow.draftVersion !== undefined && { steps: summarizeSteps(at(workflow.draftVersion, 'steps')) }),
  createdAt: workflow.createdAt ?? null,
  updatedAt: workflow.updatedAt ?? null,
});

/** A version of a workflow; lists leave its steps out. */
export const summarizeVersion = (version: JsonObject): JsonObject => ({
  versionId: version.id,
  version: version.version,
  name: version.name ?? null,
  ...(version.steps !== undefined && { steps: summarizeSteps(version.steps) }),
  createdAt: version.createdAt ?? null,
});

export const summarizeFile = (file: JsonObject): JsonObject => ({
  fileId: file.id,
  name: file.name,
  type: file.type ?? null,
  pageCount: at(file.metadata, 'pageCount'),
  createdAt: file.createdAt ?? null,
});
