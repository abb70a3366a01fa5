import { workflow } from '../../../../extend/kinds/workflow';
import { getRun } from '../../../../transport/runs';
import { perItem, requiredText } from '../../../shared/perItem';
import { includeConfidence, simplifyField, wantsConfidence } from '../../panel/results';
import { resultOf } from '../../pipeline/resultItems';
import { workflowRunLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get workflow run',
  description: 'Retrieve the status and results of a workflow run',
  fields: [
    workflowRunLocator,
    simplifyField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      displayOptions: { show: { simplify: [true] } },
      options: [includeConfidence],
    },
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run', itemIndex);
      const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
      return resultOf(workflow, await getRun(client, workflow, id), { simplify, includeConfidence: wantsConfidence(context, itemIndex) });
    }),
};
