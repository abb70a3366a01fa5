import { cancelRun } from '../../../../transport/runs';
import { perItem, requiredText } from '../../shared/perItem';
import { workflowRunLocator } from '../locators';
import type { Operation } from '../operation';

export const cancel: Operation = {
  value: 'cancel',
  name: 'Cancel',
  action: 'Cancel workflow run',
  description: 'Stop a workflow run that is pending or processing',
  fields: [workflowRunLocator],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run', itemIndex);
      return { workflowRunId: id, status: await cancelRun(client, id) };
    }),
};
