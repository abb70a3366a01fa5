import { getMany, limitFields } from '../../shared/getMany';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many files',
  description: 'Retrieve a list of files, the newest first',
  fields: [
    ...limitFields,
    {
      displayName: 'Filters',
      name: 'filters',
      type: 'collection',
      placeholder: 'Add Filter',
      default: {},
      options: [
        { displayName: 'Name Contains', name: 'nameContains', type: 'string', default: '', placeholder: 'e.g. invoice' },
      ],
    },
  ],
  execute: async (context, client) =>
    await getMany(context, client, '/files', (itemIndex) => ({
      ...(context.getNodeParameter('filters', itemIndex, {}) as object),
      sortDir: 'desc',
    })),
};
