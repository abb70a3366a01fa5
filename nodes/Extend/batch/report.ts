import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ExtendApiFailure } from '../../../extend/api/errors';
import { namedInput } from '../../../extend/batch/isolate';
import type { Chunk } from '../../../extend/batch/plan';
import type { Outcome, UploadedInput } from '../../../extend/batch/submit';
import type { CheckedInput } from '../../../extend/batch/draft';
import { explain, toNodeError } from '../../../transport/nodeError';
import { failureItem, type NodeError } from '../shared/errorItems';

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
export const itemsPerInput = (
  outcome: Accepted,
  items: INodeExecutionData[],
  includeInput: boolean,
): INodeExecutionData[] =>
  outcome.chunk.inputs.map(({ itemIndex }) => ({
    json: { ...batchOf(outcome), itemIndex, ...(includeInput && { input: items[itemIndex]?.json ?? {} }) },
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

/** What happened to the inputs of a failed batch, and what a builder can do. */
function explainFailed({ kind, failure, submission, chunk }: Failed): { title: string; advice: string } {
  const { title, advice } = explain(failure);
  switch (kind) {
    case 'rejected':
      return failure.status === 404
        ? {
            title: 'Extend does not know the workflow, or its version',
            advice: `Check the workflow "${chunk.workflow.id}", and that it belongs to the workspace of the API token.`,
          }
        : { title, advice };
    case 'notSent':
      return { title: 'The input was not sent, because an earlier batch failed', advice };
    default:
      return {
        title: 'It is unknown whether Extend took this batch',
        advice: `The documents may be in process, so they were not sent again. Look in Extend for runs whose metadata has the submission key ${submission} before running the node again.`,
      };
  }
}

/** An error item for every input of a failed batch. */
export const failedItems = (context: IExecuteFunctions, outcome: Failed): INodeExecutionData[] => {
  const node = context.getNode();
  const about = explainFailed(outcome);
  const { kind, failure, submission } = outcome;
  const details = { status: kind, submissionKey: submission };
  return outcome.chunk.inputs.map(({ itemIndex }) => failureItem(node, failure, itemIndex, about, details));
};

/** The error of a submission that did not succeed whole; it names what was accepted, so that a re-run does not pay twice. */
export function submissionError(context: IExecuteFunctions, outcomes: Outcome[]): NodeError | undefined {
  const failed = outcomes.filter(isFailed);
  const worst = failed.find(({ kind }) => kind === 'unknown') ?? failed[0];
  if (!worst) return undefined;
  const accepted = outcomes.filter(isAccepted);
  const inputs = accepted.reduce((sum, { chunk }) => sum + chunk.inputs.length, 0);
  const kept =
    accepted.length === 0
      ? 'No batch was accepted.'
      : `Already accepted: ${count(accepted.length, 'batch', 'batches')} with ${count(inputs, 'input')} (${accepted.map(({ batchId }) => batchId).join(', ')}); running the node again would submit them twice.`;
  const { title, advice } = explainFailed(worst);
  const only = worst.chunk.inputs.length === 1 ? worst.chunk.inputs[0]?.itemIndex : undefined;
  return toNodeError(context.getNode(), worst.failure, {
    title,
    advice: `${advice} ${kept}`,
    itemIndex: namedItem(worst.failure, worst.chunk.inputs) ?? only,
  });
}
