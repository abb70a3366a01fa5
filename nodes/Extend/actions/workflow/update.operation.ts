import type { JsonObject } from '../../../../extend/api/types';
import { summarizeWorkflow } from '../../../../extend/results/summaries';
import { path } from '../../../../transport/client';
import { problem } from '../../../shared/readJson';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { workflowLocator } from '../../../shared/locators';
import type { Operation } from '../operation';
import { readSteps, stepsJson } from './steps';

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update workflow',
  description: 'Change the name of a workflow or the steps of its draft',
  fields: [
    { ...workflowLocator, description: 'The workflow to change' },
    {
      displayName: 'New Name',
      name: 'name',
      type: 'string',
      default: '',
      placeholder: 'e.g. Invoices',
      description: 'Leave empty to keep the name',
    },
    {
      displayName: 'Replace Steps',
      name: 'replaceSteps',
      type: 'boolean',
      noDataExpression: true,
      default: false,
      description: 'Whether to replace all steps of the draft. Deployed versions stay as they are.',
    },
    { ...stepsJson, displayOptions: { show: { replaceSteps: [true] } } },
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflow', 'Workflow', itemIndex);
      const name = String(context.getNodeParameter('name', itemIndex, '') ?? '').trim();
      const steps = context.getNodeParameter('replaceSteps', itemIndex, false) ? readSteps(context, itemIndex) : undefined;
      if (name === '' && !steps) throw problem(context, itemIndex, 'There is nothing to change', 'Enter a New Name, or turn on Replace Steps.');
      const workflow = await client.request<JsonObject>({
        method: 'POST',
        path: path`/workflows/${id}`,
        body: { ...(name !== '' && { name }), ...(steps && { steps }) },
        effect: 'write',
      });
      return context.getNodeParameter('simplify', itemIndex, true) ? summarizeWorkflow(workflow) : workflow;
    }),
};
