import { simplifyRun } from '../results/simplify';
import type { RunKind } from './kind';

/** Runs of a workflow: documents go through its steps. */
export const workflow: RunKind = {
  path: '/workflow_runs',
  target: 'workflow',
  idField: 'workflowRunId',
  statuses: ['PENDING', 'PROCESSING', 'NEEDS_REVIEW', 'REJECTED', 'PROCESSED', 'FAILED', 'CANCELLED', 'CANCELLING'],
  // A deployed version's number or the draft.
  isVersion: (text) => text === 'draft' || /^[1-9]\d*$/.test(text),
  batchIdOf: ({ batchId }) => batchId,
  simplify: simplifyRun,
};
