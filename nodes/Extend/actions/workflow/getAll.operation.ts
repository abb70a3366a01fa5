import type { JsonObject } from '../../../../extend/api/types';
import { summarizeWorkflow } from '../../../../extend/results/summaries';
import { getMany, limitFields, sortBy, sortDirection } from '../../../shared/getMany';
import { simplifyField } from '../../panel/results';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many workflows',
  description: 'Retrieve a list of workflows, the newest first',
  fields: [
    ...limitFields,
    simplifyField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [sortBy, sortDirection],
    },
  ],
  execute: async (context, client) =>
    await getMany(context, client, (itemIndex) => ({
      path: '/workflows',
      query: { sortBy: 'createdAt', sortDir: 'desc', ...(context.getNodeParameter('options', itemIndex, {}) as JsonObject) },
    }), summarizeWorkflow),
};
