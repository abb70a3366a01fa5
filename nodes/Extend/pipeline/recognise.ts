import type { IExecuteFunctions } from 'n8n-workflow';
import type { CheckedInput } from '../../../extend/intake/draft';
import { settle } from '../../../extend/settle';
import { type EarlierRun, findEarlier, type Notes } from '../../../extend/submission/recognise';
import { lostPort } from '../../../transport/runs';
import { toNodeError } from '../../shared/errors';
import { hintLookedBack } from './hints';
import type { Job } from './job';

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

/** An input whose key another input of the same execution has. */
export interface Repeat {
  input: CheckedInput;
  first: CheckedInput;
}

/** Inputs that were not sent because their documents were submitted before. */
export interface Skipped {
  recognised: Recognised[];
  repeats: Repeat[];
}

/** What n8n keeps of a node over its own retries, in which the run index stays the same; in a loop it does not. */
const memory = (context: IExecuteFunctions) => context.getContext('node') as { submittedInRun?: number };
const runIndex = (context: IExecuteFunctions): number => context.getWorkflowDataProxy(0).$runIndex as number;

/** Notes that this run of the node has come to the point of submitting, for the case that n8n tries it again. */
export const markSubmitting = ({ context, policy }: Job): void => {
  if (policy.skipsDuplicates) memory(context).submittedInRun = runIndex(context);
};

/**
 * Separates inputs that were submitted before, by their keys, from those that were not.
 * @param repeats inputs that are skipped in any case, for the hint
 * @throws NodeApiError when Extend cannot be asked: nothing has been sent then
 */
export async function recognise(job: Job, inputs: CheckedInput[], repeats: Repeat[]): Promise<{ recognised: Recognised[]; fresh: CheckedInput[] }> {
  if (!job.policy.skipsDuplicates) return { recognised: [], fresh: inputs };
  const { value: found, failure } = await settle(findByKey(job, inputs));
  if (failure) throw toNodeError(job.node, failure, { title: 'Documents that were submitted before could not be looked up, so nothing was sent' });
  const recognised: Recognised[] = [];
  const fresh: CheckedInput[] = [];
  for (const input of inputs) {
    const run = found.byTarget.get(input.target.id)?.get(input.key ?? '');
    if (run) recognised.push({ input, run });
    else fresh.push(input);
  }
  hintLookedBack(job.context, recognised.length + repeats.length, found.reads);
  return { recognised, fresh };
}

/** Earlier runs by target and key, and how many runs were read to find them. */
async function findByKey({ context, client, submitter, limits }: Job, inputs: CheckedInput[]) {
  const keysByTarget = new Map<string, Set<string>>();
  for (const { target, key } of inputs) {
    if (key !== undefined) keysByTarget.set(target.id, (keysByTarget.get(target.id) ?? new Set()).add(key));
  }
  const byTarget = new Map<string, Map<string, EarlierRun>>();
  let reads = 0;
  for (const [targetId, keys] of keysByTarget) {
    const listDelayMs = Math.min(LIST_DELAY_MS, limits.searchTimeoutMs);
    const mayBeRecent = memory(context).submittedInRun === runIndex(context);
    const { lookBackMs } = limits;
    const earlier = await findEarlier(lostPort(client, submitter.kind), { targetId, keys, lookBackMs, listDelayMs, mayBeRecent, notes });
    byTarget.set(targetId, earlier.byKey);
    reads += earlier.reads;
    forgetOldest();
  }
  return { byTarget, reads };
}

function forgetOldest(): void {
  for (const id of notes.keys()) {
    if (notes.size <= MAX_NOTES) return;
    notes.delete(id);
  }
}
