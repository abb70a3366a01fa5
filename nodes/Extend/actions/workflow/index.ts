import type { Resource } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { update } from './update.operation';

export const workflow: Resource = {
  value: 'workflow',
  name: 'Workflow',
  operations: [create, get, getAll, update],
  defaultOperation: 'get',
};
