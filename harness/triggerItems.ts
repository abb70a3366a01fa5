import type { IDataObject } from 'n8n-workflow';
import { readEvent } from '../extend/webhook/envelope';
import type { Sandbox } from '../sandbox';
import { clientOf, until } from './sandboxClient';
import { type Received, startReceiver } from './receiver';
import { runExtend } from './engine';
import { byId, credentialOf } from './onSandbox';
import { callOf } from './operationCalls';

/** What starts the trigger unless the panel says otherwise. */
const EVENTS = ['workflow_run.completed', 'workflow_run.failed'];

/** Items that Extend Trigger gives of events of the sandbox: received for real, then emitted in n8n's engine. */
export async function triggerItems(sandbox: Sandbox): Promise<IDataObject[]> {
  sandbox.reset();
  const { workflowId } = sandbox;
  const client = clientOf(sandbox);
  const receiver = await startReceiver();
  const endpoint = await client.webhookEndpoints.create({ url: receiver.url, name: 'n8n', enabledEvents: [], apiVersion: '2026-02-09' });
  await client.webhookSubscriptions.create({ webhookEndpointId: endpoint.id, resourceType: 'workflow', resourceId: workflowId, enabledEvents: EVENTS });
  await callOf('workflowRun', 'batchRun').prepare(sandbox);
  // One run alone, and of the batch one that is processed and two that fail.
  await until(() => receiver.received.length === 4, 'the events');
  await receiver.close();
  const toJson = ({ raw }: Received) => ({ ...readEvent(Buffer.from(raw)), receivedAt: new Date().toISOString() }) as unknown as IDataObject;
  const items: IDataObject[] = [];
  for (const received of receiver.received) {
    // Each delivery starts an execution of its own.
    const { json } = await runExtend({
      type: 'n8n-nodes-extend.extendTrigger',
      mode: 'manual',
      parameters: { workflows: { values: [{ workflow: byId(workflowId) }] } },
      credential: credentialOf(sandbox),
      input: [toJson(received)],
    });
    items.push(...json);
  }
  return items;
}
