import {
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  NodeOperationError,
} from 'n8n-workflow';
import { failureOf } from '../../../extend/api/errors';
import { type BatchState, isComplete, READS_AT_ONCE, waitForBatches } from '../../../extend/batch/collect';
import { matchRuns } from '../../../extend/batch/correlate';
import type { JsonObject, WorkflowRun } from '../../../extend/api/types';
import { simplifyRun } from '../../../extend/results/simplify';
import { isTerminal } from '../../../extend/api/statuses';
import { mapBounded } from '../../../extend/concurrency';
import type { ExtendClient } from '../../../transport/client';
import { toNodeError } from '../../../transport/nodeError';
import { collectPort } from '../../../transport/runs';
import { errorItem } from '../shared/errorItems';
import { type Accepted, count } from './report';

/** Unfinished runs that are read after the time limit; more would stretch it by minutes. */
const UNFINISHED_READ = 100;

export interface WaitOptions {
  /** Minutes; 0 waits without limit. */
  timeLimit: number;
  failAtTimeLimit: boolean;
  simplify: boolean;
  includeConfidence: boolean;
  includeInput: boolean;
}

interface Waited {
  outcome: Accepted;
  state: BatchState;
}

/**
 * Waits for accepted batches and puts each result on the item that caused it.
 * @returns at least one item per input, in the order of the inputs; an input that is not done when the time
 * is over comes out with the status it has
 */
export async function waitForResults(
  context: IExecuteFunctions,
  client: ExtendClient,
  accepted: Accepted[],
  { timeLimit, failAtTimeLimit, simplify, includeConfidence, includeInput }: WaitOptions,
): Promise<INodeExecutionData[]> {
  const node = context.getNode();
  const port = collectPort(client);
  const waited = accepted.map((outcome): Waited => {
    const { batchId, chunk } = outcome;
    return { outcome, state: { batchId, expected: chunk.inputs.length, ended: new Map(), listed: [] } };
  });
  const states = waited.map(({ state }) => state);
  const batches = `${states.map(({ batchId }) => batchId).join(', ')}`;
  const deadline = timeLimit > 0 ? port.now() + timeLimit * 60_000 : undefined;

  const failure = await failureOf(waitForBatches(states, port, deadline));
  if (failure) {
    const title = 'The batches were submitted, but their results cannot be read';
    const advice = `The documents go on being processed. Use Get Batch Results later for ${batches}; running this node again would submit them twice.`;
    const error = toNodeError(node, failure, { title, advice });
    if (!context.continueOnFail()) throw error;
    return waited.flatMap(({ outcome: { batchId, submission, chunk } }) =>
      chunk.inputs.map(({ itemIndex }) =>
        errorItem(error, itemIndex, { status: 'submitted', batchId, submissionKey: submission }),
      ),
    );
  }

  const open = states.filter((state) => !isComplete(state));
  if (open.length > 0 && failAtTimeLimit) {
    const left = open.reduce((sum, { expected, ended }) => sum + expected - ended.size, 0);
    throw new NodeOperationError(node, `${count(left, 'document')} not done after ${timeLimit} minutes`, {
      description: `The documents go on being processed. Use Get Batch Results later for ${batches}; running this node again would submit them twice.`,
    });
  }
  for (const state of open) await readUnfinished(state, port.getRun);

  const items = context.getInputData();
  const toJson = (run: WorkflowRun): JsonObject => (simplify ? simplifyRun(run, includeConfidence) : { ...run });
  const rows = waited.flatMap((batch) => resultsOf(batch, toJson));
  rows.sort((a, b) => a.order - b.order);
  return rows.map(({ json, pairedItem }) => {
    const input = includeInput && !Array.isArray(pairedItem) ? { input: items[pairedItem.item]?.json ?? {} } : {};
    return { json: { ...json, ...input } as IDataObject, pairedItem };
  });
}

/** The metadata that joins a run to its item is in the full run only, so unfinished ones are read too. */
async function readUnfinished(state: BatchState, getRun: (id: string) => Promise<WorkflowRun>): Promise<void> {
  const unread = state.listed.filter(({ id }) => !state.ended.has(id));
  if (unread.length > UNFINISHED_READ) return;
  await mapBounded(unread, READS_AT_ONCE, async ({ id, status, files }) => {
    const read = async () => state.ended.set(id, await getRun(id));
    const failure = await failureOf(read());
    if (failure) state.ended.set(id, { id, status, files, batchId: state.batchId });
  });
}

interface Row {
  order: number;
  json: JsonObject;
  pairedItem: { item: number } | Array<{ item: number }>;
}

function resultsOf({ outcome, state }: Waited, toJson: (run: WorkflowRun) => JsonObject): Row[] {
  const { inputs } = outcome.chunk;
  const runs = [...state.ended.values()];
  const itemByRun = matchRuns(inputs, runs, outcome.submission);
  const everyInput = inputs.map(({ itemIndex }) => ({ item: itemIndex }));
  // A run that could not be read has no metadata to tell whose it is: its input is accounted for below.
  const told = runs.filter(({ id, metadata }) => itemByRun.has(id) || metadata !== undefined);
  const rows = told.map((run): Row => {
    const item = itemByRun.get(run.id);
    return {
      order: item ?? Number.MAX_SAFE_INTEGER,
      json: { ...toJson(run), ...(!isTerminal(run.status) && { timedOut: true }) },
      pairedItem: item === undefined ? everyInput : { item },
    };
  });
  const found = new Set(itemByRun.values());
  // A run that fits no input may belong to any of the missing ones, so only a batch with too few runs misses some.
  const missing = told.length < inputs.length ? inputs.filter(({ itemIndex }) => !found.has(itemIndex)) : [];
  const unknown = missing.map(({ itemIndex }): Row => ({
    order: itemIndex,
    json: { workflowRunId: null, batchId: state.batchId, itemIndex, ...whyMissing(state) },
    pairedItem: { item: itemIndex },
  }));
  return [...rows, ...unknown];
}

/** What to say of an input for which there is no result. */
function whyMissing(state: BatchState): JsonObject {
  if (isComplete(state)) return { status: 'UNREADABLE' };
  return { status: state.listed.length < state.expected ? 'NOT_LISTED' : 'UNFINISHED', timedOut: true };
}
