import { WORKFLOW_RUN_STATUSES } from '../../../../extend/api/statuses';
import { getMany, limitFields } from '../../shared/getMany';
import { statusOptions } from '../fields';
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
        {
          displayName: 'Workflow ID',
          name: 'workflowId',
          type: 'string',
          default: '',
          placeholder: 'e.g. workflow_xKm9pNv3qWsY',
        },
      ],
    },
  ],
  execute: async (context, client) =>
    await getMany(context, client, '/workflow_runs', (itemIndex) => ({
      ...(context.getNodeParameter('filters', itemIndex, {}) as object),
      sortBy: 'createdAt',
      sortDir: 'desc',
    })),
};
