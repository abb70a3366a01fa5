import { type IDataObject, type IExecuteFunctions, type INode, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import type { CheckedInput } from '../../../extend/intake/draft';
import { errorItem } from '../../shared/errorItems';
import type { Accepted } from './report';
import type { Recognised } from './recognise';

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

interface Whereabouts {
  batchId?: string;
  workflowRunId?: string;
  runStatus?: string;
}

const toItem = ({ itemIndex, workflow, key }: CheckedInput, where: Whereabouts, more: IDataObject = {}): INodeExecutionData => {
  const { batchId = null, workflowRunId = null, runStatus } = where;
  return {
    json: {
      status: 'alreadySubmitted',
      batchId,
      workflowRunId,
      workflowId: workflow.id,
      deduplicationKey: key ?? null,
      itemIndex,
      ...(runStatus !== undefined && { runStatus }),
      ...more,
    },
    pairedItem: { item: itemIndex },
  };
};

/**
 * One item for each input that was not sent, with where its document is.
 * @returns the items, and error items for repeats of an input that failed itself
 */
export function skippedItems(
  context: IExecuteFunctions,
  { recognised, repeats }: Skipped,
  accepted: Accepted[],
): { items: INodeExecutionData[]; failed: INodeExecutionData[] } {
  const where = new Map<number, Whereabouts>();
  for (const { batchId, chunk } of accepted) for (const { itemIndex } of chunk.inputs) where.set(itemIndex, { batchId });
  for (const { input, run } of recognised) {
    const { batchId, workflowRunId, status } = run;
    where.set(input.itemIndex, { batchId, workflowRunId, runStatus: status });
  }
  const items = recognised.map(({ input }) => toItem(input, where.get(input.itemIndex) ?? {}));
  const failed: INodeExecutionData[] = [];
  for (const { input, first } of repeats) {
    const found = where.get(first.itemIndex);
    if (found) items.push(toItem(input, found, { duplicateOf: first.itemIndex }));
    else failed.push(repeatOfFailed(context.getNode(), { input, first }));
  }
  return { items, failed };
}

/** Repeats as a dry run reports them. */
export const plannedRepeats = (repeats: Repeat[]): INodeExecutionData[] =>
  repeats.map(({ input, first }) => toItem(input, {}, { duplicateOf: first.itemIndex }));

function repeatOfFailed(node: INode, { input, first }: Repeat): INodeExecutionData {
  const message = `The Deduplication Key is that of item ${first.itemIndex}, which was not submitted [item ${input.itemIndex}]`;
  const error = new NodeOperationError(node, message, {
    description: `See what is said of item ${first.itemIndex}.`,
    itemIndex: input.itemIndex,
  });
  return errorItem(error, input.itemIndex, { status: 'notSent', duplicateOf: first.itemIndex });
}
