import { simplifyRun } from '../../../../extend/results/simplify';
import { getRun } from '../../../../transport/runs';
import { perItem, requiredText } from '../../shared/perItem';
import { simplifyField } from '../fields';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a workflow run',
  description: 'Get the status and results of a workflow run',
  fields: [
    {
      displayName: 'Workflow Run ID',
      name: 'workflowRunId',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. workflow_run_xKm9pNv3qWsY_jL2tR5Dh',
    },
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run ID', itemIndex);
      const run = await getRun(client, id);
      return context.getNodeParameter('simplify', itemIndex, true) ? simplifyRun(run) : run;
    }),
};
