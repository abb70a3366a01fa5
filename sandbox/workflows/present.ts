import type { Extend } from 'extend-ai';
import type { StoredVersion, StoredWorkflow } from '../state';

export const toWorkflowSummary = ({ id, name, createdAt, updatedAt, createdBy }: StoredWorkflow): Extend.WorkflowSummary => ({
  object: 'workflow',
  id,
  name,
  createdAt,
  updatedAt,
  createdBy,
});

export const toVersionSummary = ({ id, version, name, createdAt, createdBy }: StoredVersion): Extend.WorkflowVersionSummary => ({
  object: 'workflow_version',
  id,
  version,
  name,
  createdAt,
  createdBy,
});

export const toVersion = (version: StoredVersion): Extend.WorkflowVersion => ({ ...toVersionSummary(version), steps: version.steps });

export const toWorkflow = (workflow: StoredWorkflow): Extend.Workflow => ({
  ...toWorkflowSummary(workflow),
  draftVersion: toVersion(workflow.draft),
});
