import type { JsonObject } from '../../../../extend/api/types';
import { summarizeWorkflow } from '../../../../extend/results/summaries';
import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { workflowLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get workflow',
  description: 'Retrieve a workflow with the steps of its draft',
  fields: [{ ...workflowLocator, description: 'The workflow to get' }, simplifyField],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflow', 'Workflow', itemIndex);
      const workflow = await client.request<JsonObject>({ method: 'GET', path: path`/workflows/${id}`, effect: 'read' });
      return context.getNodeParameter('simplify', itemIndex, true) ? summarizeWorkflow(workflow) : workflow;
    }),
};
