import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { workflow } from '../../../../extend/kinds/workflow';
import { settle } from '../../../../extend/settle';
import type { ExtendClient } from '../../../../transport/client';
import { cancelRun, RunHasEnded } from '../../../../transport/runs';
import { perItem, requiredText } from '../../../shared/perItem';
import { workflowRunLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

/** @returns the run's status now */
async function cancelOne(context: IExecuteFunctions, client: ExtendClient, id: string, itemIndex: number): Promise<string> {
  const { value: status, failure } = await settle(cancelRun(client, workflow, id));
  if (failure instanceof RunHasEnded) {
    throw new NodeOperationError(context.getNode(), `${failure.message} [item ${itemIndex}]`, { itemIndex, description: 'Nothing to do: Get returns its result.' });
  }
  if (failure) throw failure;
  return status;
}

export const cancel: Operation = {
  value: 'cancel',
  name: 'Cancel',
  action: 'Cancel workflow run',
  description: 'Stop a workflow run that is pending or processing',
  fields: [workflowRunLocator],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run', itemIndex);
      return { workflowRunId: id, status: await cancelOne(context, client, id, itemIndex) };
    }),
};
