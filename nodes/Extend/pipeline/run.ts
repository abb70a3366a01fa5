import type { INodeExecutionData } from 'n8n-workflow';
import { check } from '../../../extend/intake/check';
import type { CheckedInput, Draft, UploadedInput } from '../../../extend/intake/draft';
import type { Problem } from '../../../extend/intake/problem';
import { isFailed, type Outcome } from '../../../extend/submission/outcome';
import { type Chunk, Planner } from '../../../extend/submission/plan';
import { separateRepeats } from '../../../extend/submission/recognise';
import { submit } from '../../../extend/submission/submit';
import { submitPort } from '../../../transport/runs';
import { perItemParameter } from '../../shared/fastParameters';
import { forEachYielding } from '../../shared/yielding';
import { submissionError } from './explain';
import { hintNoInput, hintPlanned } from './hints';
import type { Job } from './job';
import { problemItems, problemsError } from './problems';
import { readDrafts } from './read';
import { markSubmitting, recognise } from './recognise';
import { refuseRetryOnFail, refuseTooMany } from './refusals';
import { report, reportPlan } from './report';
import { upload } from './upload';

/** Requests in flight at once. */
const REQUESTS_AT_ONCE = { batchRun: 4, run: 5 };

/**
 * All incoming items → inputs of as few requests as possible → one item per batch, per input or per result.
 * Every item ends as submitted, recognised as submitted before, failed with a reason, or reported as unknown.
 * @throws n8n's errors when a failure ends the execution; they name what was accepted
 */
export async function runPipeline(job: Job): Promise<INodeExecutionData[]> {
  if (job.context.getInputData().length === 0) {
    hintNoInput(job.context);
    return [];
  }
  refuseRetryOnFail(job);
  const { inputs, invalid } = await checkDrafts(job, await readDrafts(job));
  // Read before anything is sent: an expression that fails later would hide what was accepted.
  const simplified = readSimplify(job, inputs);
  const { firsts, repeats } = separateRepeats(inputs);
  if (job.options.dryRun) return await dryRun(job, firsts, repeats, invalid);

  const { recognised, fresh } = await recognise(job, firsts, repeats);
  refuseTooMany(job, fresh.length);
  const { uploaded, failed } = await upload(job, fresh);
  const outcomes = await submitAll(job, uploaded);
  return await report(job, { outcomes, skipped: { recognised, repeats }, failed: [...invalid, ...failed], simplified });
}

/** @throws NodeOperationError that names the invalid items, unless they are skipped */
async function checkDrafts({ context, node, submitter, origin, policy }: Job, drafts: Draft[]) {
  const inputs: CheckedInput[] = [];
  const problems: Problem[] = [];
  await forEachYielding(drafts, (draft) => {
    const checked = check(draft, submitter.kind, origin);
    if (Array.isArray(checked)) problems.push(...checked);
    else inputs.push(checked);
  });
  if (problems.length > 0 && policy.onInvalid === 'stop') throw problemsError(node, problems, context.getInputData().length);
  return { inputs, invalid: problemItems(problems) };
}

function readSimplify({ context }: Job, inputs: CheckedInput[]): Set<number> {
  const simplify = perItemParameter<boolean>(context, 'simplify', true);
  return new Set(inputs.map(({ itemIndex }) => itemIndex).filter((itemIndex) => simplify(itemIndex)));
}

async function plan<T extends CheckedInput>({ submitter, limits }: Job, inputs: T[]): Promise<Array<Chunk<T>>> {
  const planner = new Planner<T>({ maxInputs: Math.min(submitter.maxInputs, limits.inputsPerBatch || submitter.maxInputs) });
  await forEachYielding(inputs, (input) => planner.add(input));
  const { chunks } = planner;
  // Single runs start in the order of their items, so that a failure stops the later ones.
  const firstItem = ({ inputs: [first] }: Chunk<T>) => first?.itemIndex ?? 0;
  return submitter.maxInputs === 1 ? chunks.sort((a, b) => firstItem(a) - firstItem(b)) : chunks;
}

async function dryRun(job: Job, firsts: CheckedInput[], repeats: Parameters<typeof reportPlan>[2], invalid: INodeExecutionData[]): Promise<INodeExecutionData[]> {
  const planned = await plan(job, firsts);
  hintPlanned(job.context, firsts.length, planned.length);
  return reportPlan(job, planned, repeats, invalid);
}

/** @throws NodeApiError when a failure ends the execution */
async function submitAll(job: Job, inputs: UploadedInput[]): Promise<Outcome[]> {
  const { client, context, submitter, origin, limits, policy, starter } = job;
  markSubmitting(job);
  const outcomes = await submit(await plan(job, inputs), submitter, submitPort(client, submitter, context.logger), {
    origin,
    concurrency: REQUESTS_AT_ONCE[starter],
    stopAtFirstFailure: policy.onFailure === 'stop',
    resendUnknown: policy.onUnknown === 'resend',
    searchTimeoutMs: limits.searchTimeoutMs,
  });
  const failures = outcomes.filter(isFailed);
  const perhapsTaken = outcomes.filter(({ kind }) => kind === 'accepted' || kind === 'unknown');
  const error = submissionError(job, outcomes);
  if (error && policy.ends(perhapsTaken.length, failures.map(({ failure }) => failure))) throw error;
  return outcomes;
}
