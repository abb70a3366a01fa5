import { path } from '../../../../transport/client';
import type { WorkflowRun } from '../../../../extend/api/types';
import { perItem, requiredText } from '../../shared/perItem';
import { workflowRunId } from '../fields';
import type { Operation } from '../operation';

export const cancel: Operation = {
  value: 'cancel',
  name: 'Cancel',
  action: 'Cancel workflow run',
  description: 'Stop a workflow run that is pending or processing',
  fields: [workflowRunId],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run ID', itemIndex);
      const { status } = await client.request<WorkflowRun>({ method: 'POST', path: path`/workflow_runs/${id}/cancel`, effect: 'write' });
      return { workflowRunId: id, status };
    }),
};
