import type { Resource } from '../operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const workflow: Resource = {
  value: 'workflow',
  name: 'Workflow',
  operations: [get, getAll],
  defaultOperation: 'get',
};
