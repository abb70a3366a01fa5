import type { IExecuteFunctions } from 'n8n-workflow';
import type { CheckedInput } from '../../../extend/intake/draft';
import { type EarlierRun, findEarlier, type Notes } from '../../../extend/submission/recognise';
import type { ExtendClient } from '../../../transport/client';
import { dedupPort } from '../../../transport/runs';

/** How long new runs are given to show up in Extend's lists. */
const LIST_DELAY_MS = 10_000;

/** Kept in the process, so that executions that follow each other read each run once. */
const notes: Notes = new Map();
const MAX_NOTES = 100_000;

/** An input that was submitted before. */
export interface Recognised {
  input: CheckedInput;
  run: EarlierRun;
}

/** What n8n keeps of a node over its own retries, in which the run index stays the same; in a loop it does not. */
const memory = (context: IExecuteFunctions) => context.getContext('node') as { submittedInRun?: number };
const runIndex = (context: IExecuteFunctions): number => context.getWorkflowDataProxy(0).$runIndex as number;

/** Notes that this run of the node has come to the point of submitting, for the case that n8n tries it again. */
export const markSubmitting = (context: IExecuteFunctions): void => {
  memory(context).submittedInRun = runIndex(context);
};

/**
 * Separates inputs that were submitted before, by their keys, from those that were not.
 * @param patienceMs upper bound of the time that new runs are given to show up in lists
 * @throws ExtendApiFailure when Extend cannot be asked
 */
export async function findSubmitted(
  context: IExecuteFunctions,
  client: ExtendClient,
  inputs: CheckedInput[],
  { lookBackMs, patienceMs }: { lookBackMs: number; patienceMs: number },
): Promise<{ recognised: Recognised[]; fresh: CheckedInput[]; reads: number }> {
  const keysByWorkflow = new Map<string, Set<string>>();
  for (const { workflow, key } of inputs) {
    if (key === undefined) continue;
    keysByWorkflow.set(workflow.id, (keysByWorkflow.get(workflow.id) ?? new Set()).add(key));
  }
  const found = new Map<string, Map<string, EarlierRun>>();
  let reads = 0;
  for (const [workflowId, keys] of keysByWorkflow) {
    const listDelayMs = Math.min(LIST_DELAY_MS, patienceMs);
    const mayBeRecent = memory(context).submittedInRun === runIndex(context);
    const earlier = await findEarlier(dedupPort(client), { workflowId, keys, lookBackMs, listDelayMs, mayBeRecent, notes });
    found.set(workflowId, earlier.byKey);
    reads += earlier.reads;
    forgetOldest();
  }
  const recognised: Recognised[] = [];
  const fresh: CheckedInput[] = [];
  for (const input of inputs) {
    const run = found.get(input.workflow.id)?.get(input.key ?? '');
    if (run) recognised.push({ input, run });
    else fresh.push(input);
  }
  return { recognised, fresh, reads };
}

function forgetOldest(): void {
  for (const id of notes.keys()) {
    if (notes.size <= MAX_NOTES) return;
    notes.delete(id);
  }
}
