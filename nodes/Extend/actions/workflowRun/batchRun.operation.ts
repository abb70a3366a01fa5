import { type IExecuteFunctions, type INode, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { concernsAll, type ExtendApiFailure, failureOf } from '../../../../extend/api/errors';
import { separateRepeats } from '../../../../extend/submission/recognise';
import type { CheckedInput, Draft, Problem } from '../../../../extend/intake/draft';
import { type Bounds, type Chunk, Planner } from '../../../../extend/submission/plan';
import { type Outcome, submit } from '../../../../extend/submission/submit';
import { type Origin, validate } from '../../../../extend/intake/check';
import type { ExtendClient } from '../../../../transport/client';
import { toNodeError } from '../../../shared/errors';
import { submitPort } from '../../../../transport/submit';
import { plannedRepeats, type Skipped } from '../../pipeline/alreadySubmitted';
import { batchRunFields } from '../../panel/batchRun';
import { hintLookedBack, hintNoInput, hintPlanned } from '../../pipeline/hints';
import { output } from '../../pipeline/output';
import { type BatchOptions, hasDeduplicationKey, originOf, readDrafts } from '../../pipeline/read';
import { count, itemPerPlannedBatch, submissionError } from '../../pipeline/report';
import { retryOnFailError } from '../../pipeline/retryOnFail';
import { runWide, type Settings, settingsOf } from '../../pipeline/settings';
import { findSubmitted, markSubmitting } from '../../pipeline/recognise';
import { uploadAll, uploadError, type UploadFailure, uploadFailureItem } from '../../pipeline/upload';
import { endAll, problemItems, problemsError } from '../../../shared/errorItems';
import { inTurns } from '../../../shared/yielding';
import type { Operation } from '../operation';

const BATCHES_AT_ONCE = 4;

/** What all steps of one execution need to know. */
interface Run {
  context: IExecuteFunctions;
  client: ExtendClient;
  options: BatchOptions;
  settings: Settings;
  simplify: boolean;
  /** Absent when the user wants no correlation metadata. */
  origin?: Origin;
  /** Documents that were submitted before are recognised and skipped, so a second run is safe. */
  recognises: boolean;
  /** Sends what can be sent, and reports the rest. */
  goOn: boolean;
}

/**
 * All incoming items → inputs of as few batches as possible → one item per batch, per input or per result.
 * Every item ends as submitted, recognised as submitted before, failed with a reason, or reported as unknown.
 */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[]> {
  const items = context.getInputData();
  if (items.length === 0) {
    hintNoInput(context);
    return [];
  }
  const node = context.getNode();
  const options = runWide(context);
  const settings = settingsOf(node, options);
  const recognises = hasDeduplicationKey(context) && settings.lookBackMs > 0;
  const retryError = options.dryRun ? undefined : retryOnFailError(node, 'Batch Run', recognises);
  if (retryError) return endAll(context, retryError);
  const skipInvalid = options.onInvalidItems === 'skip';
  // Read before anything is sent: an expression that fails later would hide what was accepted.
  const simplify = context.getNodeParameter('simplify', 0, true) as boolean;
  const run: Run = { context, client, options, settings, simplify, origin: originOf(context, options), recognises, goOn: skipInvalid || context.continueOnFail() };

  const { inputs, problems } = await check(await readDrafts(context, run.goOn), run.origin);
  if (problems.length > 0 && !skipInvalid) return endAll(context, problemsError(node, problems, items.length));
  const invalid = problemItems(problems);

  const { firsts, repeats } = separateRepeats(inputs);
  const bounds = { maxInputs: settings.inputsPerBatch };
  if (options.dryRun) {
    const planned = await planInTurns(firsts, bounds);
    hintPlanned(context, firsts.length, planned.length);
    return [...planned.map(itemPerPlannedBatch), ...plannedRepeats(repeats), ...invalid];
  }

  let separated = { recognised: [] as Skipped['recognised'], fresh: firsts, reads: 0 };
  if (recognises) {
    const find = async () => (separated = await findSubmitted(context, client, firsts, settings));
    const failure = await failureOf(find());
    if (failure) return endAll(context, toNodeError(node, failure, LOOK_FAILED));
    hintLookedBack(context, separated.recognised.length + repeats.length, separated.reads);
  }
  const { recognised, fresh } = separated;
  const { maximumInputs } = settings;
  if (maximumInputs > 0 && fresh.length > maximumInputs) return endAll(context, tooManyInputs(node, fresh.length, maximumInputs));

  const { outcomes, failures } = await send(run, fresh, bounds);
  const failed = [...invalid, ...failures.map((failure) => uploadFailureItem(node, failure))];
  return await output(run, outcomes, { recognised, repeats }, failed);
}

/**
 * Uploads, plans and submits. Unless the run goes on, the first failure ends it. A token that is refused, or missing
 * credits, is no fault of items: when nothing was submitted because of it, only Continue On Fail goes on.
 */
async function send(
  { context, client, options, settings, origin, recognises, goOn }: Run,
  inputs: CheckedInput[],
  bounds: Bounds,
): Promise<{ outcomes: Outcome[]; failures: UploadFailure[] }> {
  const ends = (done: number, failed: ExtendApiFailure[]) => !goOn || (done === 0 && !context.continueOnFail() && failed.some(concernsAll));
  const { uploaded, failures } = await uploadAll(context, client, inputs, { concurrency: settings.uploadsAtOnce, goOn });
  const failed = failures.find(({ failure }) => concernsAll(failure)) ?? failures[0];
  if (failed && ends(uploaded.length, failures.map(({ failure }) => failure))) throw uploadError(context.getNode(), failed, failures.length, 'No batch was submitted.');

  if (recognises) markSubmitting(context);
  const outcomes = await submit(await planInTurns(uploaded, bounds), submitPort(client, context.logger), {
    origin,
    concurrency: BATCHES_AT_ONCE,
    stopAtFirstFailure: !goOn,
    resendUnknown: options.ifUnknown === 'resend',
    patienceMs: settings.patienceMs,
  });
  const error = submissionError(context, outcomes, recognises);
  const refused = outcomes.flatMap((outcome) => (outcome.kind === 'rejected' ? [outcome.failure] : []));
  const perhapsTaken = outcomes.filter(({ kind }) => kind === 'accepted' || kind === 'unknown');
  if (error && ends(perhapsTaken.length, refused)) throw error;
  return { outcomes, failures };
}

async function check(drafts: Draft[], origin: Origin | undefined) {
  const inputs: CheckedInput[] = [];
  const problems: Problem[] = [];
  await inTurns(drafts, (draft) => {
    const checked = validate(draft, origin);
    if (Array.isArray(checked)) problems.push(...checked);
    else inputs.push(checked);
  });
  return { inputs, problems };
}

async function planInTurns<T extends CheckedInput>(inputs: T[], bounds: Bounds): Promise<Array<Chunk<T>>> {
  const planner = new Planner<T>(bounds);
  await inTurns(inputs, (input) => planner.add(input));
  return planner.chunks;
}

const LOOK_FAILED = { title: 'Documents that were submitted before could not be looked up, so nothing was sent' };

const tooManyInputs = (node: INode, given: number, maximum: number): NodeOperationError =>
  new NodeOperationError(node, `${count(given, 'input')}, but Maximum Inputs is ${maximum.toLocaleString('en-US')}`, {
    description: 'Nothing was sent. Raise the option Maximum Inputs, or limit the items before this node.',
  });

export const batchRun: Operation = {
  value: 'batchRun',
  name: 'Batch Run',
  action: 'Batch run workflow',
  description: 'Run a workflow on all incoming items, in batches of up to 1000 documents',
  fields: batchRunFields,
  execute: async (context, client) => [await execute(context, client)],
};
