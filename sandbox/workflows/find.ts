import { notFound } from '../apiError';
import type { State, StoredVersion, StoredWorkflow } from '../state';

export function findWorkflow(state: State, id: string): StoredWorkflow {
  const workflow = state.workflows.get(id);
  if (!workflow) throw notFound('Workflow', id);
  return workflow;
}

const latestOf = ({ published, draft }: StoredWorkflow): StoredVersion => published.at(-1) ?? draft;

/** A version by `draft`, `latest` (the draft, if nothing is published), number, or id. */
export function findVersion(workflow: StoredWorkflow, version: string): StoredVersion {
  if (version === 'latest') return latestOf(workflow);
  const found = [workflow.draft, ...workflow.published].find((one) => one.version === version || one.id === version);
  if (!found) throw notFound('Workflow version', version);
  return found;
}

/** The version a run uses; absent is the latest. */
export function versionToRun(state: State, workflow: StoredWorkflow, version: string | undefined): StoredVersion {
  if (version === undefined) return latestOf(workflow);
  const named = version === 'draft' || /^\d+$/.test(version) || (version === 'latest' && state.settings.unknowns.latestVersion === 'accept');
  if (!named) throw notFound('Workflow version', version);
  return findVersion(workflow, version);
}
