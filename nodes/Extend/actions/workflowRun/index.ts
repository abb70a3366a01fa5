import type { Resource } from '../operation';
import { batchRun } from './batchRun.operation';
import { get } from './get.operation';
import { getBatchResults } from './getBatchResults.operation';

export const workflowRun: Resource = {
  value: 'workflowRun',
  name: 'Workflow Run',
  operations: [batchRun, get, getBatchResults],
  defaultOperation: 'batchRun',
};
