import { type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import type { Run } from '../../../extend/api/types';
import { isComplete, runsOf, waitForRuns } from '../../../extend/results/collect';
import { type ResultRow, ResultRows } from '../../../extend/results/rows';
import { settle } from '../../../extend/settle';
import type { Accepted } from '../../../extend/submission/outcome';
import { collectPort } from '../../../transport/runs';
import { errorItem, type NodeError } from '../../shared/errorItems';
import { toNodeError } from '../../shared/errors';
import { mapYielding } from '../../shared/yielding';
import { type Awaited, awaitAccepted, awaitRecognised } from './awaited';
import type { Job } from './job';
import type { Skipped } from './recognise';
import { resultOf } from './resultItems';
import { count, NAMES_SHOWN, repeatAdvice, WORDS } from './words';

/** Rows of results, and error items of inputs whose results cannot be told. */
export interface Results {
  rows: ResultRow[];
  failed: INodeExecutionData[];
}

/**
 * Waits for what was accepted, and for documents that were submitted before, and joins each result to the item that
 * caused it.
 * @param simplified items whose results are simplified
 * @returns at least one row or error item per input; an input that is not done when the time is over has the status it has
 */
export async function waitForResults(job: Job, accepted: Accepted[], skipped: Skipped, simplified: ReadonlySet<number>): Promise<Results> {
  const { client, submitter, limits, policy } = job;
  const port = collectPort(client, submitter.kind);
  const awaited = [...awaitAccepted(accepted), ...awaitRecognised(skipped.recognised)];
  const { timeLimitMinutes } = limits;
  const deadline = timeLimitMinutes > 0 ? port.now() + timeLimitMinutes * 60_000 : undefined;

  const { failure } = await settle(waitForRuns(awaited.map(({ watch }) => watch), port, deadline));
  if (failure) {
    const error = toNodeError(job.node, failure, { title: WORDS[job.starter].unreadableTitle, advice: laterAdvice(job, awaited) });
    return withRepeats({ rows: [], failed: awaited.flatMap((group) => errorItems(job, error, group)) }, skipped);
  }
  const open = awaited.filter(({ watch }) => !isComplete(watch));
  const error = open.length > 0 && policy.onTimeLimit === 'fail' ? timeLimitError(job, open, awaited) : undefined;
  // Collected in lists of lists: a group can have more runs than a call takes arguments.
  const rows: ResultRow[][] = [];
  const failed: INodeExecutionData[][] = [];
  for (const group of awaited) {
    const known = error ? [...group.watch.ended.values()] : await runsOf(group.watch, port);
    const found = await rowsOf(job, group, known, simplified, error !== undefined);
    rows.push(found);
    // A result that fits no input may belong to any of them, so it excuses none.
    if (error) failed.push(errorItems(job, error, group, new Set(found.flatMap(({ items }) => (items.length === 1 ? items : [])))));
  }
  return withRepeats({ rows: rows.flat(), failed: failed.flat() }, skipped);
}

/** @param endedOnly leaves out inputs without a result */
async function rowsOf(job: Job, group: Awaited, runs: Run[], simplified: ReadonlySet<number>, endedOnly: boolean): Promise<ResultRow[]> {
  const { kind } = job.submitter;
  const { itemIndexes, watch, match, isEarlier } = group;
  const { includeConfidence } = job.options;
  const rows = new ResultRows({
    batchId: watch.batchId,
    items: itemIndexes,
    expected: itemIndexes.length,
    match,
    idField: kind.idField,
    isOver: true,
    toJson: (run, item = itemIndexes[0]) => resultOf(kind, run, { simplify: item !== undefined && simplified.has(item), includeConfidence }),
  });
  const found = (await mapYielding(runs, (run) => rows.rowOf(run))).filter((row) => row !== undefined);
  const all = endedOnly ? found : [...found, ...rows.missing(watch.listed.length, isComplete(watch))];
  return isEarlier ? all.map(({ items, json }) => ({ items, json: { ...json, alreadySubmitted: true } })) : all;
}

/** The first batches and runs by name; with very many, each error item would be longer than its result. */
function namesOf(awaited: Awaited[]): string {
  const names = awaited.flatMap(({ watch }) => watch.batchId ?? [...(watch.only ?? [])]);
  return `${names.slice(0, NAMES_SHOWN).join(', ')}${names.length > NAMES_SHOWN ? ', …' : ''}`;
}

const laterAdvice = ({ starter, policy }: Job, awaited: Awaited[]): string =>
  `The documents go on being processed. Use ${WORDS[starter].getLater} later for ${namesOf(awaited)}; ${repeatAdvice(starter, policy.skipsDuplicates)}.`;

/** @throws NodeOperationError, unless the execution goes on */
function timeLimitError(job: Job, open: Awaited[], awaited: Awaited[]): NodeOperationError {
  const left = open.reduce((sum, { watch: { expected, ended } }) => sum + expected - ended.size, 0);
  const title = `${count(left, 'document')} not done after ${job.limits.timeLimitMinutes} minutes`;
  return new NodeOperationError(job.node, title, { description: laterAdvice(job, awaited) });
}

/**
 * Error items that say where the documents are.
 * @param except inputs that have a result
 * @throws the error, unless the node continues on fail
 */
function errorItems(job: Job, error: NodeError, { itemIndexes, submissionKey, watch, match }: Awaited, except = new Set<number>()): INodeExecutionData[] {
  if (!job.context.continueOnFail()) throw error;
  const { kind } = job.submitter;
  const runByItem = new Map([...(watch.only ?? [])].map((id) => [match({ id }), id]));
  return itemIndexes
    .filter((itemIndex) => !except.has(itemIndex))
    .map((itemIndex) => {
      const runId = runByItem.get(itemIndex);
      const where = watch.batchId === undefined ? { [kind.idField]: runId } : { batchId: watch.batchId, submissionKey };
      return errorItem(error, itemIndex, { status: WORDS[job.starter].submittedStatus, ...where });
    });
}

/** An input whose key another one has gets what that one gets. */
function withRepeats({ rows, failed }: Results, { repeats }: Skipped): Results {
  const rowByItem = new Map(rows.flatMap((row) => (row.items.length === 1 ? [[row.items[0], row] as const] : [])));
  const errorByItem = new Map(failed.map((item) => [(item.pairedItem as { item: number }).item, item]));
  for (const { input, first } of repeats) {
    const again = { duplicateOf: first.itemIndex };
    const row = rowByItem.get(first.itemIndex);
    if (row) rows.push({ items: [input.itemIndex], json: { ...row.json, alreadySubmitted: true, ...again } });
    const error = errorByItem.get(first.itemIndex);
    if (error) failed.push({ json: { ...error.json, details: { ...(error.json.details as object), itemIndex: input.itemIndex, ...again } }, pairedItem: { item: input.itemIndex } });
  }
  return { rows, failed };
}
