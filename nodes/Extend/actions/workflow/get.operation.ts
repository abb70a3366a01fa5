import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../shared/perItem';
import { workflowLocator } from '../fields';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get workflow',
  description: 'Retrieve a workflow with the steps of its draft',
  fields: [{ ...workflowLocator, description: 'The workflow to get' }],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflow', 'Workflow', itemIndex);
      return await client.request<object>({ method: 'GET', path: path`/workflows/${id}`, effect: 'read' });
    }),
};
