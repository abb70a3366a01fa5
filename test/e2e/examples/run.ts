import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DOCUMENTS, fillChoices, fillSettings } from '../../../harness/example';
import { type Execution, itemsOf } from '../../../harness/n8nClient';
import type { Stage } from '../../support/n8nStage';

/** Name of the trigger of every example that is started by hand. */
export const MANUAL = 'When clicking ‘Execute workflow’';
export const EXAMPLES = dirname(DOCUMENTS);

export const errorOf = ({ status, data }: Execution) => [status, data.resultData.error?.message];

/** Imports an example that is started by hand, adapts its settings, and runs it to a good end. */
export async function runExample({ server: { client }, sandbox, credential }: Stage, file: string, values: Record<string, unknown>): Promise<Execution> {
  const { id } = await client.createWorkflow(fillSettings(fillChoices(file, credential, sandbox.workflowId), values));
  const execution = await client.waitForExecution(await client.runWorkflow(id, MANUAL));
  expect(errorOf(execution)).toEqual(['success', undefined]);
  return execution;
}

/** The data of the items that came out of a node. */
export const rowsOf = (execution: Execution, node: string, output = 0) => itemsOf(execution, node, output).map(({ json }) => json);

export const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');

/** n8n and the sandbox do many things a moment after they have answered. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
