import { getMany, limitFields } from '../../shared/getMany';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many workflows',
  description: 'Retrieve a list of workflows, the newest first',
  fields: limitFields,
  execute: async (context, client) =>
    await getMany(context, client, '/workflows', () => ({ sortBy: 'createdAt', sortDir: 'desc' })),
};
