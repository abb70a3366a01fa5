import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const workflowVersion: Resource = {
  value: 'workflowVersion',
  name: 'Workflow Version',
  operations: [create, get, getAll],
  defaultOperation: 'create',
};
