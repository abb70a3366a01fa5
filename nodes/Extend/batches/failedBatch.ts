import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../extend/api/errors';
import { StoppedError } from '../../../transport/pause';
import { errorItem, failureItems } from '../../shared/errorItems';
import { asNodeError } from '../../shared/perItem';
import type { BatchItems } from './groupByBatch';

/** A batch that could not be handled: an error item for every item that names it, or the end of the node. */
export function failedBatch(context: IExecuteFunctions, error: unknown, { batchId, items }: BatchItems): INodeExecutionData[] {
  if (error instanceof StoppedError || !context.continueOnFail()) throw asNodeError(context, error, items[0]);
  if (error instanceof ExtendApiFailure) return failureItems(context.getNode(), error, items, {}, { batchId });
  return items.map((itemIndex) => errorItem(asNodeError(context, error, itemIndex), itemIndex, { batchId }));
}
