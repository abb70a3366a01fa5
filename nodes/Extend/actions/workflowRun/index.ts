import type { Resource } from '../operation';
import { batchRun } from './batchRun.operation';
import { cancel } from './cancel.operation';
import { cancelBatch } from './cancelBatch.operation';
import { deleteRun } from './delete.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { getBatchResults } from './getBatchResults.operation';
import { run } from './run.operation';
import { update } from './update.operation';

export const workflowRun: Resource = {
  value: 'workflowRun',
  name: 'Workflow Run',
  operations: [batchRun, cancel, cancelBatch, deleteRun, get, getBatchResults, getAll, run, update],
  defaultOperation: 'batchRun',
};
