import { type IExecuteFunctions, type INodeExecutionData, type INodeProperties, NodeOperationError } from 'n8n-workflow';
import { errorItem } from '../../shared/errorItems';
import { perItemParameter } from '../../shared/fastParameters';
import { asNodeError } from '../../shared/perItem';

export const batchIdField: INodeProperties = {
  displayName: 'Batch ID',
  name: 'batchId',
  type: 'string',
  required: true,
  default: '={{ $json.batchId }}',
  placeholder: 'e.g. batch_7Ws31-F5',
};

export const inputCountOption: INodeProperties = {
  displayName: 'Number of Inputs',
  name: 'inputCount',
  type: 'number',
  typeOptions: { minValue: 0 },
  default: 0,
  description: 'How many documents the batch has. 0 takes the field inputCount of the item, which Batch Run gives.',
};

/** Input items that name the same batch. */
export interface BatchItems {
  batchId: string;
  items: number[];
  /** How many documents the batch has, as far as the items tell. */
  expected?: number;
  /** The runs that are asked for, when all items are documents that Batch Run skipped as submitted before. */
  only?: Set<string>;
}

const emptyId = (context: IExecuteFunctions, itemIndex: number): NodeOperationError =>
  new NodeOperationError(context.getNode(), `Batch ID is empty [item ${itemIndex}]`, {
    itemIndex,
    description: 'Check the expression, or the data of this item. Nothing was sent for it.',
  });

/**
 * Groups the input items by the batch they name, so that each batch is asked for once.
 * @returns the batches in the order in which they are named, and error items for items that name none
 */
export function groupByBatch(context: IExecuteFunctions): { batches: BatchItems[]; invalid: INodeExecutionData[] } {
  const batchIdOf = perItemParameter<unknown>(context, 'batchId', '');
  const optionsOf = perItemParameter<{ inputCount?: unknown }>(context, 'options', {});
  const batches = new Map<string, BatchItems>();
  const invalid: INodeExecutionData[] = [];
  for (const [itemIndex, { json }] of context.getInputData().entries()) {
    let batchId = '';
    let told: unknown;
    try {
      const given = batchIdOf(itemIndex);
      batchId = typeof given === 'string' ? given.trim() : '';
      told = optionsOf(itemIndex).inputCount || json.inputCount;
      if (batchId === '') throw emptyId(context, itemIndex);
    } catch (error) {
      if (!context.continueOnFail()) throw asNodeError(context, error, itemIndex);
      invalid.push(errorItem(asNodeError(context, error, itemIndex), itemIndex));
      continue;
    }
    const batch = batches.get(batchId) ?? { batchId, items: [], only: new Set() };
    batches.set(batchId, batch);
    batch.items.push(itemIndex);
    if (json.status === 'alreadySubmitted' && typeof json.workflowRunId === 'string') batch.only?.add(json.workflowRunId);
    else batch.only = undefined;
    const count = Number(told);
    if (Number.isInteger(count) && count > 0) batch.expected ??= count;
  }
  return { batches: [...batches.values()], invalid };
}
