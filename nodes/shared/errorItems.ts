import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import { explain, toNodeError } from './errors';

export type NodeError = NodeApiError | NodeOperationError;

/** What an error item says, field by field, so that a workflow can act on it. */
export type ErrorDetails = IDataObject;

/**
 * An error item. n8n sends an item to the error output by exactly these three keys, and keeps what is in
 * them; of an item with an error object it would keep the message only.
 */
export const errorItem = (error: Pick<NodeError, 'message' | 'description'>, itemIndex: number, details: ErrorDetails = {}): INodeExecutionData => ({
  json: { error: error.message, message: error.description ?? error.message, details: { itemIndex, ...details } },
  pairedItem: { item: itemIndex },
});

/** An API failure as the error item of one input. */
export const failureItem = (
  node: INode,
  failure: ExtendApiFailure,
  itemIndex: number,
  about: { title?: string; advice?: string } = {},
  details: ErrorDetails = {},
): INodeExecutionData => failureItems(node, failure, [itemIndex], about, details)[0] as INodeExecutionData;

/** An API failure that concerns several inputs, as one error item for each. */
export function failureItems(
  node: INode,
  failure: ExtendApiFailure,
  itemIndexes: number[],
  about: { title?: string; advice?: string } = {},
  details: ErrorDetails = {},
): INodeExecutionData[] {
  const error = toNodeError(node, failure, about);
  const more = {
    reason: failure.message,
    advice: about.advice ?? explain(failure).advice,
    ...(failure.status !== undefined && { statusCode: failure.status }),
    ...(failure.requestId !== undefined && { requestId: failure.requestId }),
    ...details,
  };
  return itemIndexes.map((itemIndex) => errorItem(error, itemIndex, more));
}

/** An error that concerns all items, as one error item for each. */
export const errorItems = (context: IExecuteFunctions, error: NodeError): INodeExecutionData[] =>
  context.getInputData().map((_, itemIndex) => errorItem(error, itemIndex));
