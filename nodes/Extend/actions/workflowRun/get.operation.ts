import { simplifyRun } from '../../../../extend/results/simplify';
import { getRun } from '../../../../transport/runs';
import { perItem, requiredText } from '../../shared/perItem';
import { simplifyField, workflowRunId } from '../fields';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get workflow run',
  description: 'Retrieve the status and results of a workflow run',
  fields: [
    workflowRunId,
    simplifyField,
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run ID', itemIndex);
      const run = await getRun(client, id);
      return context.getNodeParameter('simplify', itemIndex, true) ? simplifyRun(run) : run;
    }),
};
