import type { JsonObject } from '../../../../extend/api/types';
import { summarizeVersion } from '../../../../extend/results/summaries';
import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { workflowLocator, workflowVersionLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get workflow version',
  description: 'Retrieve a version of a workflow with its steps',
  fields: [{ ...workflowLocator, description: 'The workflow the version belongs to' }, workflowVersionLocator, simplifyField],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflow', 'Workflow', itemIndex);
      const version = requiredText(context, 'versionId', 'Version', itemIndex);
      const found = await client.request<JsonObject>({ method: 'GET', path: path`/workflows/${id}/versions/${version}`, effect: 'read' });
      return context.getNodeParameter('simplify', itemIndex, true) ? summarizeVersion(found) : found;
    }),
};
