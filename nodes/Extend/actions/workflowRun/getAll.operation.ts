import { WORKFLOW_RUN_STATUSES } from '../../../../extend/api/statuses';
import { getMany, limitFields } from '../../shared/getMany';
import { type Locator, workflowIdOf } from '../../shared/locator';
import { statusOptions, workflowLocator } from '../fields';
import type { Operation } from '../operation';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many workflow runs',
  description: 'Retrieve a list of workflow runs, the newest first',
  fields: [
    ...limitFields,
    {
      displayName: 'Filters',
      name: 'filters',
      type: 'collection',
      placeholder: 'Add Filter',
      default: {},
      options: [
        { displayName: 'Batch ID', name: 'batchId', type: 'string', default: '', placeholder: 'e.g. batch_7Ws31-F5' },
        {
          displayName: 'File Name Contains',
          name: 'fileNameContains',
          type: 'string',
          default: '',
          placeholder: 'e.g. invoice',
        },
        {
          displayName: 'Status',
          name: 'status',
          type: 'options',
          options: statusOptions(WORKFLOW_RUN_STATUSES),
          default: 'PROCESSED',
        },
        { ...workflowLocator, name: 'workflowId', required: false, description: 'Only runs of this workflow' },
      ],
    },
  ],
  execute: async (context, client) =>
    await getMany(context, client, '/workflow_runs', (itemIndex) => {
      const { workflowId, ...filters } = context.getNodeParameter('filters', itemIndex, {}) as { workflowId?: Locator | string };
      return { ...filters, workflowId: workflowIdOf(workflowId), sortBy: 'createdAt', sortDir: 'desc' };
    }),
};
