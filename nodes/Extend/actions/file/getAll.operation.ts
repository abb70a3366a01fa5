import type { JsonObject } from '../../../../extend/api/types';
import { summarizeFile } from '../../../../extend/results/summaries';
import { getMany, limitFields, sortDirection } from '../../../shared/getMany';
import { simplifyField } from '../../panel/results';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many files',
  description: 'Retrieve a list of files, the newest first',
  fields: [
    ...limitFields,
    simplifyField,
    {
      displayName: 'Filters',
      name: 'filters',
      type: 'collection',
      placeholder: 'Add Filter',
      default: {},
      options: [
        { displayName: 'Name Contains', name: 'nameContains', type: 'string', default: '', placeholder: 'e.g. invoice' },
        sortDirection,
      ],
    },
  ],
  execute: async (context, client) =>
    await getMany(
      context,
      client,
      (itemIndex) => ({
        path: '/files',
        query: { sortDir: 'desc', ...(context.getNodeParameter('filters', itemIndex, {}) as JsonObject) },
      }),
      summarizeFile,
    ),
};
