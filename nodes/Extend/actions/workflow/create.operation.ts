import type { JsonObject } from '../../../../extend/api/types';
import { summarizeWorkflow } from '../../../../extend/results/summaries';
import { creating } from '../../../shared/creating';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import type { Operation } from '../operation';
import { readSteps, stepsJson } from './steps';

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create workflow',
  description: 'Create a workflow, whose steps are a draft until a version is deployed',
  fields: [
    {
      displayName: 'Name',
      name: 'name',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. Invoices',
    },
    {
      displayName: 'Steps',
      name: 'stepsFrom',
      type: 'options',
      noDataExpression: true,
      options: [
        { name: 'Chosen by Extend', value: 'default', description: 'A trigger and a step that parses the document' },
        { name: 'Defined Below', value: 'json', description: 'Steps as JSON, with a template to start from' },
      ],
      default: 'default',
    },
    { ...stepsJson, displayOptions: { show: { stepsFrom: ['json'] } } },
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(
      context,
      async (itemIndex) => {
        const name = requiredText(context, 'name', 'Name', itemIndex);
        const steps = context.getNodeParameter('stepsFrom', itemIndex, 'default') === 'json' ? readSteps(context, itemIndex) : undefined;
        const request = client.request<JsonObject>({
          method: 'POST',
          path: '/workflows',
          body: { name, ...(steps && { steps }) },
          effect: 'start',
          category: 'WRITE',
        });
        const workflow = await creating(context, itemIndex, 'workflow', request);
        return context.getNodeParameter('simplify', itemIndex, true) ? summarizeWorkflow(workflow) : workflow;
      },
      { atOnce: 1 },
    ),
};
