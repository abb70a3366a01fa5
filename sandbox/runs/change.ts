import type { Extend } from 'extend-ai';
import { ApiError, invalid, notFound } from '../apiError';
import type { State, StoredRun } from '../state';
import { problemOfMetadata } from '../validation/inputs';
import { isOver, statusOf } from './status';

export function findRun(state: State, id: string): StoredRun {
  const run = state.runs.get(id);
  if (!run || run.createdAt > Date.now()) throw notFound('Workflow run', id);
  return run;
}

/** Merges metadata; what comes in wins. */
export function updateRun(state: State, run: StoredRun, { metadata }: Extend.WorkflowRunsUpdateRequest): void {
  const { settings } = state;
  if (settings.unknowns.updateEnded === 'reject' && isOver(statusOf(state, run))) {
    throw new ApiError(400, 'INVALID_REQUEST', `Workflow run ${run.id} has ended and cannot be updated`);
  }
  const merged = { ...run.metadata, ...metadata };
  const problem = problemOfMetadata(merged);
  if (problem) throw invalid(settings, problem.message, problem.path);
  run.metadata = merged;
  run.changedAt = Date.now();
}

/** Asks a run to stop; it does so a little later. */
export function cancelRun(state: State, run: StoredRun): void {
  const status = statusOf(state, run);
  if (status !== 'PENDING' && status !== 'PROCESSING') {
    const message = `Workflow run ${run.id} is in the terminal status ${status} and cannot be cancelled`;
    throw new ApiError(state.settings.unknowns.cancelEndedStatus, 'INVALID_REQUEST', message);
  }
  run.cancelledAt = Date.now();
}

export function deleteRun(state: State, run: StoredRun): void {
  state.runs.delete(run.id);
  state.untold.delete(run);
  if (run.batchId !== null) state.batches.get(run.batchId)?.runs.delete(run);
}

/** A human decides about a run that waits for it; webhooks are told of the new end. */
export function reviewRun(state: State, id: string, decision: 'approve' | 'reject'): void {
  const run = findRun(state, id);
  const status = statusOf(state, run);
  if (status !== 'NEEDS_REVIEW') throw new ApiError(400, 'INVALID_REQUEST', `Workflow run ${id} is ${status}, not NEEDS_REVIEW`);
  run.review = { decision, at: Date.now() };
  state.untold.add(run);
}
