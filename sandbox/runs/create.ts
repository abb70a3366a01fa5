import type { Extend } from 'extend-ai';
import { invalid } from '../apiError';
import { newId } from '../ids';
import type { Server } from '../server';
import type { StoredRun } from '../state';
import { checkBody } from '../validation/bodies';
import { checkBatchSize, checkPriority, problemOfInput, problemOfMetadata, problemOfPackage } from '../validation/inputs';
import { findWorkflow, versionToRun } from '../workflows/find';
import { enter, type FileInput, newRun } from './start';

/** Starts one run. */
export function createRun({ state, settings, downloads }: Server, body: unknown): StoredRun {
  const request = checkBody<Extend.WorkflowRunsCreateRequest>(settings, 'createRun', body);
  const { file, package: bundle, outputs, priority, metadata } = request;
  if ((file === undefined) === (bundle === undefined)) throw invalid(settings, 'Exactly one of file and package is needed', 'file');
  if (bundle && outputs) throw invalid(settings, 'Not allowed together with package', 'outputs');
  checkPriority(state, priority);
  const workflow = findWorkflow(state, request.workflow.id);
  const version = versionToRun(state, workflow, request.workflow.version);
  const problem = file ? problemOfInput(state, { file, metadata }) : (problemOfPackage(state, bundle!) ?? problemOfMetadata(metadata));
  if (problem) throw invalid(settings, problem.message, problem.path);
  const inputs: FileInput[] = file ? [file] : bundle!.files;
  const run = newRun(state, downloads, { workflow, version, batchId: null, inputs, sent: file ?? bundle, metadata, outputs });
  enter(state, [run]);
  return run;
}

/** Starts a run for each input; all or none, unless told otherwise. */
export function createBatch({ state, settings, downloads }: Server, body: unknown): Extend.WorkflowRunsCreateBatchResponse {
  const { inputs, priority, workflow: reference } = checkBody<Extend.WorkflowRunsCreateBatchRequest>(settings, 'createBatch', body);
  const { priorityInBatch, badInput, runWithoutRecord } = settings.unknowns;
  checkBatchSize(state, inputs.length);
  checkPriority(state, priority);
  if (priority !== undefined && priorityInBatch === 'reject') throw invalid(settings, 'Unrecognized key priority', 'priority');
  const workflow = findWorkflow(state, reference.id);
  const version = versionToRun(state, workflow, reference.version);
  const problems = inputs.map((input, i) => problemOfInput(state, input, `inputs[${i}].`));
  const first = problems.find((problem) => problem !== undefined);
  if (first && badInput === 'refuseBatch') throw invalid(settings, first.message, first.path);

  const batchId = newId('batch');
  const now = Date.now();
  const createdAt = (i: number): number => Math.round(now + (settings.createOverMs * i) / inputs.length);
  const runs = inputs.flatMap(({ file, metadata }, i) => {
    if (runWithoutRecord && /NO.RUN/.test(JSON.stringify(file))) return [];
    const failure = problems[i]?.message;
    return newRun(state, downloads, { workflow, version, batchId, inputs: [file], sent: file, metadata, failure, createdAt: createdAt(i) });
  });
  const batch = {
    batchId,
    workflowId: workflow.id,
    ...(reference.version !== undefined && { version: reference.version }),
    ...(priority !== undefined && priorityInBatch === 'accept' && { priority }),
    inputCount: inputs.length,
    runIds: runs.map(({ id }) => id),
    createdAt: new Date().toISOString(),
  };
  // Lists give no hint at the order of the inputs.
  const listed = [...runs].sort((a, b) => (a.id < b.id ? -1 : 1));
  enter(state, listed);
  state.batches.set(batchId, { batch, runs: new Set(listed) });
  return { batchId };
}
