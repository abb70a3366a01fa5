import type { IExecuteFunctions } from 'n8n-workflow';
import type { JsonObject } from '../../../../extend/api/types';
import { workflow } from '../../../../extend/kinds/workflow';
import { summarizeRun } from '../../../../extend/results/summaries';
import { getMany, limitFields, sortBy, sortDirection } from '../../../shared/getMany';
import { type Locator, workflowIdOf } from '../../../shared/locator';
import { simplifyField, statusOptions } from '../../panel/results';
import { workflowLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

/** Filters as the API names them; the workflow comes from a locator. */
function queryOf(context: IExecuteFunctions, itemIndex: number): JsonObject {
  const { workflowId, ...filters } = context.getNodeParameter('filters', itemIndex, {}) as JsonObject & { workflowId?: Locator | string };
  return { sortBy: 'createdAt', sortDir: 'desc', ...filters, workflowId: workflowIdOf(workflowId) };
}

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many workflow runs',
  description: 'Retrieve a list of workflow runs, the newest first',
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
        { displayName: 'Batch ID', name: 'batchId', type: 'string', default: '', placeholder: 'e.g. batch_7Ws31-F5' },
        {
          displayName: 'File Name Contains',
          name: 'fileNameContains',
          type: 'string',
          default: '',
          placeholder: 'e.g. invoice',
        },
        sortBy,
        sortDirection,
        {
          displayName: 'Status',
          name: 'status',
          type: 'options',
          options: statusOptions(workflow.statuses),
          default: 'PROCESSED',
        },
        { ...workflowLocator, name: 'workflowId', required: false, description: 'Only runs of this workflow' },
      ],
    },
  ],
  execute: async (context, client) =>
    await getMany(context, client, (itemIndex) => ({ path: workflow.path, query: queryOf(context, itemIndex) }), summarizeRun),
};
