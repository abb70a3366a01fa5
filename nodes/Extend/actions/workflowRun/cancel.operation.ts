import { type ExtendClient, path } from '../../../../transport/client';
import type { WorkflowRun } from '../../../../extend/api/types';
import { failureOf } from '../../../../extend/api/errors';
import { getRun } from '../../../../transport/runs';
import { perItem, requiredText } from '../../shared/perItem';
import { workflowRunId } from '../fields';
import type { Operation } from '../operation';

const IS_CANCELLED = /^CANCELL(ING|ED)$/;

/**
 * Cancels a run. Extend refuses to cancel one that is cancelled already, also when only the answer to the
 * first try was lost; what was asked for has happened then.
 */
async function cancelRun(client: ExtendClient, id: string): Promise<WorkflowRun> {
  const cancelled = client.request<WorkflowRun>({ method: 'POST', path: path`/workflow_runs/${id}/cancel`, effect: 'write' });
  const status = (await failureOf(cancelled))?.status;
  const refused = status === 400 || status === 409 || status === 422;
  const run = refused ? await getRun(client, id).catch(() => undefined) : undefined;
  return run && IS_CANCELLED.test(run.status) ? run : await cancelled;
}

export const cancel: Operation = {
  value: 'cancel',
  name: 'Cancel',
  action: 'Cancel a workflow run',
  description: 'Stop a workflow run that is pending or processing',
  fields: [workflowRunId],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'workflowRunId', 'Workflow Run ID', itemIndex);
      const { status } = await cancelRun(client, id);
      return { workflowRunId: id, status };
    }),
};
