import { workflow } from '../../../../extend/kinds/workflow';
import { deleteRun as remove } from '../../../../transport/runs';
import { perItem, requiredText } from '../../../shared/perItem';
import { workflowRunLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const deleteRun: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete workflow run',
  description: 'Delete a workflow run and its data permanently',
  fields: [workflowRunLocator],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run', itemIndex);
      await remove(client, workflow, id);
      return { workflowRunId: id, deleted: true };
    }),
};
