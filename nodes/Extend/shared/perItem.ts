import { type IDataObject, type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../extend/api/errors';
import type { JsonObject } from '../../../extend/api/types';
import { toNodeError } from '../../../transport/nodeError';
import { errorItem, failureItem } from './errorItems';

/**
 * Runs an operation once for every input item. Pairing, Continue On Fail and the item index of errors are
 * decided here, for every operation alike.
 * @param task gives the output of one item: one object, or one per output item
 * @param items how many of the items, from the first on
 */
export async function perItem(
  context: IExecuteFunctions,
  task: (itemIndex: number) => Promise<object | object[]>,
  items = context.getInputData().length,
): Promise<INodeExecutionData[]> {
  const node = context.getNode();
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < items; itemIndex++) {
    try {
      const results = [await task(itemIndex)].flat() as JsonObject[];
      output.push(...results.map((json) => ({ json: json as IDataObject, pairedItem: { item: itemIndex } })));
    } catch (error) {
      const known = error instanceof ExtendApiFailure || error instanceof NodeOperationError;
      if (!known || !context.continueOnFail()) {
        if (error instanceof ExtendApiFailure) throw toNodeError(node, error, { itemIndex });
        throw error instanceof NodeOperationError ? error : new NodeOperationError(node, error as Error, { itemIndex });
      }
      output.push(
        error instanceof ExtendApiFailure ? failureItem(node, error, itemIndex) : errorItem(error, itemIndex),
      );
    }
  }
  return output;
}

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
