import type { JsonObject } from '../../../../extend/api/types';
import { summarizeVersion } from '../../../../extend/results/summaries';
import { path } from '../../../../transport/client';
import { creating } from '../../../shared/creating';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { workflowLocator } from '../../../shared/locators';
import type { Operation } from '../operation';
import { readSteps, stepsJson } from '../workflow/steps';

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create workflow version',
  description: 'Deploy the draft of a workflow, or other steps, as a new version',
  fields: [
    { ...workflowLocator, description: 'The workflow to deploy' },
    {
      displayName: 'Steps',
      name: 'stepsFrom',
      type: 'options',
      noDataExpression: true,
      options: [
        { name: 'Defined Below', value: 'json', description: 'Steps as JSON; the draft stays as it is' },
        { name: 'From Draft', value: 'draft', description: 'The steps that the draft has now' },
      ],
      default: 'draft',
    },
    { ...stepsJson, displayOptions: { show: { stepsFrom: ['json'] } } },
    {
      displayName: 'Version Name',
      name: 'name',
      type: 'string',
      default: '',
      placeholder: 'e.g. With credit notes',
      description: 'Shown beside the number of the version',
    },
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(
      context,
      async (itemIndex) => {
        const id = requiredText(context, 'workflow', 'Workflow', itemIndex);
        const name = String(context.getNodeParameter('name', itemIndex, '') ?? '').trim();
        const steps = context.getNodeParameter('stepsFrom', itemIndex, 'draft') === 'json' ? readSteps(context, itemIndex) : undefined;
        const request = client.request<JsonObject>({
          method: 'POST',
          path: path`/workflows/${id}/versions`,
          body: { ...(name !== '' && { name }), ...(steps && { steps }) },
          effect: 'start',
          category: 'WRITE',
        });
        const version = await creating(context, itemIndex, 'version', request);
        return context.getNodeParameter('simplify', itemIndex, true) ? summarizeVersion(version) : version;
      },
      { atOnce: 1 },
    ),
};
