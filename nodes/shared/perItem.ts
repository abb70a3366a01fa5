import { type IDataObject, type IExecuteFunctions, type INodeExecutionData, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import { mapBounded } from '../../extend/concurrency';
import { toNodeError } from './errors';
import { StoppedError } from '../../transport/pause';
import { errorItem, failureItem, type NodeError } from './errorItems';

/** Items that are worked on at once; the client keeps their requests below the plan's rate. */
const ITEMS_AT_ONCE = 5;

export interface PerItemOptions {
  /** How many of the items, from the first on. */
  items?: number;
  /** 1 where a failure must keep the items after it from being begun. */
  atOnce?: number;
}

/**
 * Runs an operation once for every input item. Continue On Fail and the item index of errors are decided here, for
 * every operation alike.
 * @param task gives the output items of one input item
 * @returns the only output, in the order of the input
 */
export async function eachItem(
  context: IExecuteFunctions,
  task: (itemIndex: number) => Promise<INodeExecutionData[]>,
  { items = context.getInputData().length, atOnce = ITEMS_AT_ONCE }: PerItemOptions = {},
): Promise<INodeExecutionData[][]> {
  const node = context.getNode();
  const indexes = Array.from({ length: items }, (_, itemIndex) => itemIndex);
  const outputs = await mapBounded(indexes, atOnce, async (itemIndex) => {
    try {
      return await task(itemIndex);
    } catch (error) {
      const stopped = error instanceof StoppedError;
      if (stopped || !context.continueOnFail()) throw asNodeError(context, error, itemIndex);
      if (error instanceof ExtendApiFailure) return [failureItem(node, error, itemIndex)];
      return [errorItem(asNodeError(context, error, itemIndex), itemIndex)];
    }
  });
  return [outputs.flat()];
}

/** Whatever was thrown, as an error that n8n shows. */
export const asNodeError = (context: IExecuteFunctions, error: unknown, itemIndex?: number): NodeError => {
  if (error instanceof ExtendApiFailure) return toNodeError(context.getNode(), error, { itemIndex });
  return error instanceof NodeOperationError || error instanceof NodeApiError ? error : new NodeOperationError(context.getNode(), error as Error, { itemIndex });
};

/**
 * An operation whose task gives the json of its item: one object, or one per output item.
 * @see eachItem
 */
export const perItem = async (
  context: IExecuteFunctions,
  task: (itemIndex: number) => Promise<object | object[]>,
  options?: PerItemOptions,
): Promise<INodeExecutionData[][]> =>
  await eachItem(
    context,
    async (item) => [await task(item)].flat().map((json) => ({ json: json as IDataObject, pairedItem: { item } })),
    options,
  );

/**
 * A text parameter that must not be empty.
 * @throws NodeOperationError naming the field, before anything is sent
 */
export function requiredText(context: IExecuteFunctions, name: string, label: string, itemIndex: number): string {
  const value = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  if (text === '') {
    throw new NodeOperationError(context.getNode(), `${label} is empty [item ${itemIndex}]`, {
      itemIndex,
      description: 'Check the expression, or the data of this item. Nothing was sent for it.',
    });
  }
  return text;
}
