import { type IExecuteFunctions, type INode, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { MAX_INPUTS_PER_BATCH } from '../../../../extend/api/limits';
import type { CheckedInput, Problem } from '../../../../extend/batch/draft';
import { plan } from '../../../../extend/batch/plan';
import { submit, type SubmitPort } from '../../../../extend/batch/submit';
import { type Origin, validate } from '../../../../extend/batch/validate';
import type { BatchRequest, JsonObject } from '../../../../extend/api/types';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import type { ExtendClient } from '../../../../transport/client';
import { collectPort, newestRuns } from '../../../../transport/runs';
import { batchRunFields } from '../../batch/fields';
import { hintNoInput, hintPlanned, hintResults, hintSubmitted } from '../../batch/hints';
import { DEFAULT_LOOK_FOR_LOST_SECONDS, DEFAULT_TIME_LIMIT_MINUTES, DEFAULT_UPLOADS_AT_ONCE, originOf, retryOnFailError, UPLOAD_FAILED, uploadError } from '../../batch/guards';
import { type BatchOptions, readDrafts } from '../../batch/readDrafts';
import {
  count,
  failedItems,
  isAccepted,
  itemPerBatch,
  itemPerPlannedBatch,
  itemsPerInput,
  submissionError,
} from '../../batch/report';
import { uploadAll } from '../../batch/uploadAll';
import { waitForResults } from '../../batch/waitForResults';
import { endAll, failureItem, problemItem, problemsError } from '../../shared/errorItems';
import type { Operation } from '../operation';

const BATCHES_AT_ONCE = 4;

/**
 * All incoming items → inputs of as few batches as possible → one item per batch, per input or per result.
 * Every item ends as submitted, failed with a reason, or reported as unknown.
 */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[]> {
  const items = context.getInputData();
  if (items.length === 0) {
    hintNoInput(context);
    return [];
  }
  const node = context.getNode();
  const options = context.getNodeParameter('options', 0, {}) as BatchOptions;
  if (node.retryOnFail && !options.dryRun) return endAll(context, retryOnFailError(node, 'Batch Run'));
  const skip = options.onInvalidItems === 'skip';
  const origin = originOf(context, options);

  const { inputs, problems } = check(await readDrafts(context), origin);
  if (problems.length > 0 && !skip) return endAll(context, problemsError(node, problems, items.length));
  const maximum = Number(options.maximumInputs ?? 0);
  if (maximum > 0 && inputs.length > maximum) return endAll(context, tooManyInputs(node, inputs.length, maximum));

  const bounds = { maxInputs: clampBatchSize(options.inputsPerBatch) };
  const invalid = problems.map((problem) => problemItem(node, problem));
  if (options.dryRun) {
    const planned = plan(inputs, bounds);
    hintPlanned(context, inputs.length, planned.length);
    return [...planned.map(itemPerPlannedBatch), ...invalid];
  }

  const goOn = skip || context.continueOnFail();
  const concurrency = Number(options.uploadConcurrency) || DEFAULT_UPLOADS_AT_ONCE;
  const { uploaded, failures } = await uploadAll(context, client, inputs, { concurrency, goOn });
  if (failures[0] && !goOn) throw uploadError(node, failures[0], failures.length, 'No batch was submitted.');

  const outcomes = await submit(plan(uploaded, bounds), submitPort(client), {
    origin,
    concurrency: BATCHES_AT_ONCE,
    stopAtFirstFailure: !goOn,
    resendUnknown: options.ifUnknown === 'resend',
    patienceMs: Number(options.lookForLost ?? DEFAULT_LOOK_FOR_LOST_SECONDS) * 1000,
  });
  const error = submissionError(context, outcomes);
  if (error && !goOn) throw error;

  const accepted = outcomes.filter(isAccepted);
  const reported = [
    ...invalid,
    ...failures.map(({ failure, itemIndex }) => failureItem(node, failure, itemIndex, { title: UPLOAD_FAILED })),
    ...outcomes.flatMap((outcome) => (isAccepted(outcome) ? [] : failedItems(context, outcome))),
  ];
  hintSubmitted(context, accepted, reported.length);

  if (context.getNodeParameter('waitForCompletion', 0, 'off') === 'poll') {
    const results = await waitForResults(context, client, accepted, {
      timeLimit: Number(options.timeLimit ?? DEFAULT_TIME_LIMIT_MINUTES),
      failAtTimeLimit: options.onTimeLimit === 'fail',
      simplify: context.getNodeParameter('simplify', 0, true) as boolean,
      includeConfidence: options.includeConfidence ?? false,
      includeInput: options.includeInput ?? false,
    });
    hintResults(context, results);
    return [...results, ...reported];
  }
  const perInput = context.getNodeParameter('output', 0, 'perBatch') === 'perInput';
  const submitted = perInput
    ? accepted.flatMap((outcome) => itemsPerInput(outcome, items, options.includeInput ?? false))
    : accepted.map(itemPerBatch);
  return [...submitted, ...reported];
}

function check(drafts: Awaited<ReturnType<typeof readDrafts>>, origin: Origin | undefined) {
  const inputs: CheckedInput[] = [];
  const problems: Problem[] = [];
  for (const draft of drafts) {
    const checked = validate(draft, origin);
    if (Array.isArray(checked)) problems.push(...checked);
    else inputs.push(checked);
  }
  return { inputs, problems };
}

const clampBatchSize = (given: unknown = MAX_INPUTS_PER_BATCH): number =>
  Math.min(MAX_INPUTS_PER_BATCH, Math.max(1, Math.floor(Number(given)) || MAX_INPUTS_PER_BATCH));

const tooManyInputs = (node: INode, given: number, maximum: number): NodeOperationError =>
  new NodeOperationError(node, `${count(given, 'input')}, but Maximum Inputs is ${maximum.toLocaleString('en-US')}`, {
    description: 'Nothing was sent. Raise the option Maximum Inputs, or limit the items before this node.',
  });

const submitPort = (client: ExtendClient): SubmitPort => ({
  ...collectPort(client),
  newestRuns: (workflowId) => newestRuns(client, workflowId),
  newSubmissionKey: randomUUID,
  post: async (request: BatchRequest): Promise<string> => {
    const { batchId } = await client.request<{ batchId?: unknown }>({
      method: 'POST',
      path: '/workflow_runs/batch',
      body: request as unknown as JsonObject,
      effect: 'start',
    });
    if (typeof batchId === 'string' && batchId !== '') return batchId;
    throw new ExtendApiFailure({ kind: 'unreadable', message: 'The answer has no batch ID' });
  },
});

export const batchRun: Operation = {
  value: 'batchRun',
  name: 'Batch Run',
  action: 'Batch run workflow',
  description: 'Run a workflow on all incoming items, in batches of up to 1000 documents',
  fields: batchRunFields,
  execute: async (context, client) => [await execute(context, client)],
};
