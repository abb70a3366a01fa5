import { setTimeout as sleep } from 'node:timers/promises';
import type { CredentialRef, Execution, Item, N8nClient } from '../../harness/n8nClient';
import { itemsOf } from '../../harness/n8nClient';
import { fillReceiver, fillSubmitter, type ExampleSettings, SOURCE_NODE, TRIGGER } from '../../harness/example';

const RECEIVER_NODE = 'Extend Trigger';
const LOOK_EVERY_MS = 1000;
/** Without any new result for this long, none will come. */
const PATIENCE_MS = 60_000;

export interface ByTrigger {
  submission: Execution;
  inputs: Item[];
  /** One per event that ran the receiving workflow, on the item it names as its source. */
  results: Item[];
}

/**
 * The second form of the example: one workflow submits, another one receives each result by webhook.
 * @param show is told how many results have arrived
 */
export async function runByTrigger(
  client: N8nClient,
  credential: CredentialRef,
  workflowId: string,
  settings: ExampleSettings,
  show: (received: number, expected: number) => void,
): Promise<ByTrigger> {
  const receiver = await client.createWorkflow(fillReceiver(credential, workflowId));
  await client.activateWorkflow(receiver.id);
  const submitter = await client.createWorkflow(fillSubmitter(credential, workflowId, settings));
  const submission = await client.waitForExecution(await client.runWorkflow(submitter.id, TRIGGER));
  const inputs = itemsOf(submission, SOURCE_NODE);
  const results = await collect(client, receiver.id, inputs.length, show);
  await client.deactivateWorkflow(receiver.id);
  return { submission, inputs, results };
}

async function collect(client: N8nClient, receiverId: string, expected: number, show: (received: number, expected: number) => void): Promise<Item[]> {
  const results = new Map<string, Item[]>();
  let deadline = Date.now() + PATIENCE_MS;
  let received = 0;
  while (received < expected && Date.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    for (const id of await client.executionIds(receiverId)) {
      if (results.has(id)) continue;
      const { data } = await client.waitForExecution(id);
      results.set(id, itemsOf({ data } as Execution, RECEIVER_NODE).map(onItsSource));
      deadline = Date.now() + PATIENCE_MS;
    }
    const now = [...results.values()].flat().length;
    if (now > received) show(now, expected);
    received = now;
  }
  return [...results.values()].flat();
}

/** Another workflow has no items to pair with: the source that the result names takes their place. */
const onItsSource = ({ json }: Item): Item => ({ json, pairedItem: { item: (json.source as { itemIndex?: number } | undefined)?.itemIndex } });
