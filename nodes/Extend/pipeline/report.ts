import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { concernsAll, type ExtendApiFailure } from '../../../extend/api/errors';
import type { FileInput } from '../../../extend/api/types';
import { CORRELATION_KEY } from '../../../extend/submission/correlate';
import { namedInput } from '../../../extend/submission/bisect';
import type { Chunk } from '../../../extend/submission/plan';
import type { Outcome, UploadedInput } from '../../../extend/submission/submit';
import type { CheckedInput } from '../../../extend/intake/draft';
import { explain, toNodeError } from '../../shared/errors';
import { failureItems, type NodeError } from '../../shared/errorItems';

export type Accepted = Extract<Outcome, { kind: 'accepted' }>;
export type Failed = Exclude<Outcome, Accepted>;

export const isAccepted = (outcome: Outcome): outcome is Accepted => outcome.kind === 'accepted';

const isFailed = (outcome: Outcome): outcome is Failed => !isAccepted(outcome);

const pairedWith = (inputs: Array<{ itemIndex: number }>) => inputs.map(({ itemIndex }) => ({ item: itemIndex }));

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

const batchOf = ({ chunk, batchId, submission }: Accepted) => ({
  batchId,
  workflowId: chunk.workflow.id,
  ...(chunk.workflow.version !== undefined && { workflowVersion: chunk.workflow.version }),
  ...(chunk.priority !== undefined && { priority: chunk.priority }),
  submissionKey: submission,
  inputCount: chunk.inputs.length,
});

/** One item per accepted batch, paired with every item that went into it. */
export const itemPerBatch = (outcome: Accepted): INodeExecutionData => ({
  json: batchOf(outcome),
  pairedItem: pairedWith(outcome.chunk.inputs),
});

/** One item per input of an accepted batch. */
export const itemsPerInput = (outcome: Accepted): INodeExecutionData[] =>
  outcome.chunk.inputs.map(({ itemIndex }) => ({
    json: { ...batchOf(outcome), itemIndex },
    pairedItem: { item: itemIndex },
  }));

/** One item per batch that a dry run would send. */
export const itemPerPlannedBatch = ({ workflow, priority, inputs, bytes }: Chunk<CheckedInput>): INodeExecutionData => ({
  json: {
    dryRun: true,
    workflowId: workflow.id,
    ...(workflow.version !== undefined && { workflowVersion: workflow.version }),
    ...(priority !== undefined && { priority }),
    inputCount: inputs.length,
    uploadCount: inputs.filter(({ file }) => 'upload' in file).length,
    requestBytes: bytes,
  } as IDataObject,
  pairedItem: pairedWith(inputs),
});

/** The source item of the input that an error message of Extend names. */
function namedItem(failure: ExtendApiFailure, inputs: UploadedInput[]): number | undefined {
  const named = namedInput(failure);
  return named === undefined ? undefined : inputs[named]?.itemIndex;
}

/** What a second run of the node would do to documents that were submitted. */
export const repeatAdvice = (recognises: boolean): string =>
  recognises ? 'running the node again skips them' : 'running the node again would submit them twice';

/** Why a lost batch was not found, and what to do. */
function explainUnknown({ why, submission, resent, chunk }: Extract<Failed, { kind: 'unknown' }>, recognises: boolean): string {
  const look = recognises
    ? 'running the node again looks for it by the Deduplication Key.'
    : `look in Extend for runs whose metadata has the submission key ${[submission, resent].filter(Boolean).join(' or ')} before running the node again.`;
  const lookByHand = `look in Extend for new runs of the workflow ${chunk.workflow.id} before running the node again.`;
  switch (why) {
    case 'notFound':
      return `No run of it has shown up in Extend so far; ${look}`;
    case 'lookFailed':
      return `Extend's list of runs could not be read to find out; ${look}`;
    case 'tooMuch':
      return `The workflow has too many new runs of other batches to find out; ${look}`;
    case 'noCorrelation':
      return `It could not be looked for, because the option Add Correlation Metadata is off; ${lookByHand} Turn the option on, and lost batches are found.`;
    case 'ownKey':
      return `It could not be looked for, because the metadata has an entry "${CORRELATION_KEY}" of its own, where the submission key would be; ${lookByHand} Rename that entry, and lost batches are found.`;
  }
}

/** Of what Extend does not know: the workflow, or else the only file, where it was named by its ID. */
export function explainNotFound({ message }: ExtendApiFailure, workflowId: string, files: FileInput[]): { title: string; advice: string } {
  const isFile = files.length === 1 && 'id' in (files[0] ?? {}) && /file/i.test(message) && !/workflow/i.test(message);
  return isFile
    ? { title: 'Extend does not know this file', advice: 'Check the file ID, and that it belongs to the workspace of the API token.' }
    : {
        title: 'Extend does not know the workflow, or its version',
        advice: `Check the workflow "${workflowId}", and that it belongs to the workspace of the API token.`,
      };
}

/** What happened to the inputs of a failed batch, and what a builder can do. */
function explainFailed(outcome: Failed, recognises: boolean): { title: string; advice: string } {
  const { kind, failure, chunk } = outcome;
  const { title, advice } = explain(failure);
  if (kind === 'unknown') {
    const why = explainUnknown(outcome, recognises);
    return { title: 'It is unknown whether Extend took this batch', advice: `The documents may be in process, ${outcome.resent ? 'and sending them once more did not succeed' : 'so they were not sent again'}. ${why}` };
  }
  if (kind === 'notSent') return { title: 'The input was not sent, because an earlier batch failed', advice };
  if (outcome.untried) {
    return {
      title: 'Extend refused too many inputs of this batch to try each one alone',
      advice: `This input may be fine, but was not submitted. ${advice}`,
    };
  }
  return failure.status === 404 ? explainNotFound(failure, chunk.workflow.id, chunk.inputs.map(({ file }) => file)) : { title, advice };
}

/** An error item for every input of a failed batch. */
export const failedItems = (context: IExecuteFunctions, outcome: Failed, recognises: boolean): INodeExecutionData[] => {
  const about = explainFailed(outcome, recognises);
  const { kind, failure, submission } = outcome;
  const details = { status: kind, submissionKey: submission, ...(kind === 'unknown' && outcome.resent && { resentKey: outcome.resent }) };
  return failureItems(context.getNode(), failure, outcome.chunk.inputs.map(({ itemIndex }) => itemIndex), about, details);
};

/** The error of a submission that did not succeed whole; it names what was accepted, so that a re-run does not pay twice. */
export function submissionError(
  context: IExecuteFunctions,
  outcomes: Outcome[],
  recognises: boolean,
): NodeError | undefined {
  const failed = outcomes.filter(isFailed);
  const refused = failed.filter(({ kind }) => kind === 'rejected');
  const worst = failed.find(({ kind }) => kind === 'unknown') ?? refused.find(({ failure }) => concernsAll(failure)) ?? refused[0] ?? failed[0];
  if (!worst) return undefined;
  const accepted = outcomes.filter(isAccepted);
  const inputs = accepted.reduce((sum, { chunk }) => sum + chunk.inputs.length, 0);
  const kept =
    accepted.length === 0
      ? 'No batch was accepted.'
      : `Already accepted: ${count(accepted.length, 'batch', 'batches')} with ${count(inputs, 'input')} (${accepted.map(({ batchId }) => batchId).join(', ')}); ${repeatAdvice(recognises)}.`;
  const { title, advice } = explainFailed(worst, recognises);
  const only = worst.chunk.inputs.length === 1 ? worst.chunk.inputs[0]?.itemIndex : undefined;
  return toNodeError(context.getNode(), worst.failure, {
    title,
    advice: `${advice} ${kept}`,
    itemIndex: namedItem(worst.failure, worst.chunk.inputs) ?? only,
  });
}
