import type { JsonObject } from '../../../../extend/api/types';
import { summarizeVersion } from '../../../../extend/results/summaries';
import { path } from '../../../../transport/client';
import { getMany, limitFields, sortDirection } from '../../../shared/getMany';
import { requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { workflowLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many workflow versions',
  description: 'Retrieve the versions of a workflow, its draft included',
  fields: [
    { ...workflowLocator, description: 'The workflow the versions belong to' },
    ...limitFields,
    simplifyField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [sortDirection],
    },
  ],
  execute: async (context, client) =>
    await getMany(context, client, (itemIndex) => ({
      path: path`/workflows/${requiredText(context, 'workflow', 'Workflow', itemIndex)}/versions`,
      query: { sortDir: 'desc', ...(context.getNodeParameter('options', itemIndex, {}) as JsonObject) },
    }), summarizeVersion),
};
