import {
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  NodeOperationError,
} from 'n8n-workflow';
import { type ExtendApiFailure, failureOf } from '../../../extend/api/errors';
import { type BatchState, isComplete, READS_AT_ONCE, waitForBatches } from '../../../extend/results/collect';
import type { JsonObject, WorkflowRun } from '../../../extend/api/types';
import { simplifyRun } from '../../../extend/results/simplify';
import { isTerminal } from '../../../extend/api/statuses';
import { mapBounded } from '../../../extend/concurrency';
import type { ExtendClient } from '../../../transport/client';
import { toNodeError } from '../../shared/errors';
import { collectPort } from '../../../transport/runs';
import { errorItem, type NodeError } from '../../shared/errorItems';
import { mapInTurns } from '../../shared/yielding';
import type { Skipped } from './alreadySubmitted';
import { type Awaited, awaitBatch, awaitRecognised } from './awaited';
import { type Accepted, count, repeatAdvice } from './report';

/** Unfinished runs that are read after the time limit; more would stretch it by minutes. */
const UNFINISHED_READ = 100;

export interface WaitOptions {
  /** Minutes; 0 waits without limit. */
  timeLimit: number;
  failAtTimeLimit: boolean;
  simplify: boolean;
  includeConfidence: boolean;
  includeInput: boolean;
  /** Whether a second run of the node recognises what was submitted. */
  recognises: boolean;
}

/** A result, or what is known of a document instead. */
interface Row {
  order: number;
  json: JsonObject;
  pairedItem: { item: number } | Array<{ item: number }>;
}

/**
 * Waits for accepted batches, and for documents that were submitted before, and puts each result on the item that
 * caused it.
 * @returns at least one item per input, in the order of the inputs; an input that is not done when the time
 * is over comes out with the status it has
 */
export async function waitForResults(
  context: IExecuteFunctions,
  client: ExtendClient,
  accepted: Accepted[],
  skipped: Skipped,
  options: WaitOptions,
): Promise<INodeExecutionData[]> {
  const node = context.getNode();
  const port = collectPort(client);
  const waited = [...accepted.map(awaitBatch), ...awaitRecognised(skipped.recognised)];
  const states = waited.map(({ state }) => state);
  const { timeLimit, failAtTimeLimit, simplify, includeConfidence, includeInput } = options;
  const deadline = timeLimit > 0 ? port.now() + timeLimit * 60_000 : undefined;

  const failure = await failureOf(waitForBatches(states, port, deadline));
  if (failure) return endWaiting(context, unreadableError(context, failure, states, options), waited, skipped);

  const open = states.filter((state) => !isComplete(state));
  if (open.length > 0 && failAtTimeLimit) {
    const left = open.reduce((sum, { expected, ended }) => sum + expected - ended.size, 0);
    const title = `${count(left, 'document')} not done after ${timeLimit} minutes`;
    return endWaiting(context, new NodeOperationError(node, title, { description: goOnLater(states, options) }), waited, skipped);
  }
  for (const state of open) await readUnfinished(state, port.getRun);

  const toJson = (run: WorkflowRun): JsonObject => (simplify ? simplifyRun(run, includeConfidence) : { ...run });
  const rows: Row[] = [];
  for (const batch of waited) rows.push(...(await resultsOf(batch, toJson)));
  rows.push(...repeatedRows(rows, skipped));
  rows.sort((a, b) => a.order - b.order);
  const items = context.getInputData();
  return await mapInTurns(rows, ({ json, pairedItem }) => {
    const input = includeInput && !Array.isArray(pairedItem) ? { input: items[pairedItem.item]?.json ?? {} } : {};
    return { json: { ...json, ...input } as IDataObject, pairedItem };
  });
}

const batchIds = (states: BatchState[]): string[] => states.flatMap(({ batchId }) => batchId ?? []);

const goOnLater = (states: BatchState[], { recognises }: WaitOptions): string =>
  `The documents go on being processed. Use Get Batch Results later for ${batchIds(states).join(', ')}; ${repeatAdvice(recognises)}.`;

const unreadableError = (context: IExecuteFunctions, failure: ExtendApiFailure, states: BatchState[], options: WaitOptions): NodeError => {
  const title = 'The batches were submitted, but their results cannot be read';
  return toNodeError(context.getNode(), failure, { title, advice: goOnLater(states, options) });
};

/** Ends with an error that says where the documents are, or with an error item for each input. */
function endWaiting(context: IExecuteFunctions, error: NodeError, waited: Awaited[], { repeats }: Skipped): INodeExecutionData[] {
  if (!context.continueOnFail()) throw error;
  const items = waited.flatMap(({ itemIndexes, submission, state: { batchId } }) =>
    itemIndexes.map((itemIndex) => errorItem(error, itemIndex, { status: 'submitted', batchId, submissionKey: submission })),
  );
  const byItem = new Map(waited.flatMap(({ itemIndexes, state }) => itemIndexes.map((itemIndex) => [itemIndex, state.batchId])));
  const again = repeats.filter(({ first }) => byItem.has(first.itemIndex));
  return [
    ...items,
    ...again.map(({ input: { itemIndex }, first }) =>
      errorItem(error, itemIndex, { status: 'submitted', batchId: byItem.get(first.itemIndex), duplicateOf: first.itemIndex }),
    ),
  ];
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

async function resultsOf({ itemIndexes, state, match }: Awaited, toJson: (run: WorkflowRun) => JsonObject): Promise<Row[]> {
  const runs = [...state.ended.values()];
  const itemByRun = match(runs);
  const everyInput = itemIndexes.map((item) => ({ item }));
  const before = state.only ? { alreadySubmitted: true } : {};
  // Of a run that could not be read there is no result, only what the list tells: its input is accounted for below.
  const told = runs.filter(({ metadata }) => metadata !== undefined);
  const rows = await mapInTurns(told, (run): Row => {
    const item = itemByRun.get(run.id);
    return {
      order: item ?? Number.MAX_SAFE_INTEGER,
      json: { ...toJson(run), ...before, ...(!isTerminal(run.status) && { timedOut: true }) },
      pairedItem: item === undefined ? everyInput : { item },
    };
  });
  const found = new Set(told.map(({ id }) => itemByRun.get(id)));
  // A run that fits no input may belong to any of the missing ones, so only a batch with too few runs misses some.
  const missing = told.length < itemIndexes.length ? itemIndexes.filter((itemIndex) => !found.has(itemIndex)) : [];
  const unknown = missing.map((itemIndex): Row => ({
    order: itemIndex,
    json: { workflowRunId: null, batchId: state.batchId ?? null, itemIndex, ...before, ...whyMissing(state) },
    pairedItem: { item: itemIndex },
  }));
  return [...rows, ...unknown];
}

/** An input whose key another one has gets the result of that one. */
function repeatedRows(rows: Row[], { repeats }: Skipped): Row[] {
  const byItem = new Map(rows.map((row) => [row.order, row]));
  return repeats.flatMap(({ input: { itemIndex }, first }) => {
    const row = byItem.get(first.itemIndex);
    if (!row) return [];
    const json = { ...row.json, alreadySubmitted: true, duplicateOf: first.itemIndex };
    return [{ order: itemIndex, json, pairedItem: { item: itemIndex } }];
  });
}

/** What to say of an input for which there is no result. */
function whyMissing(state: BatchState): JsonObject {
  if (isComplete(state)) return { status: 'UNREADABLE' };
  return { status: state.listed.length < state.expected ? 'NOT_LISTED' : 'UNFINISHED', timedOut: true };
}
