import { type IDataObject, type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import { cancelBatch as cancelRuns } from '../../../../extend/batch/cancel';
import type { ExtendClient } from '../../../../transport/client';
import { toNodeError } from '../../../../transport/nodeError';
import { cancelRun, collectPort } from '../../../../transport/runs';
import { hintNotCancelled } from '../../batch/hints';
import { batchIdField, groupByBatch, inputCountOption } from '../../results/groupByBatch';
import { failureItems } from '../../shared/errorItems';
import type { Operation } from '../operation';

/** Cancels each batch once, however many input items name it: one item per batch, paired with all of them. */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[][]> {
  const { batches, invalid: output } = groupByBatch(context);
  const port = { ...collectPort(client), cancel: async (id: string) => await cancelRun(client, id) };
  for (const { batchId, items, expected } of batches) {
    const itemIndex = items[0] ?? 0;
    try {
      const report = await cancelRuns(batchId, port, expected);
      output.push({ json: report as unknown as IDataObject, pairedItem: items.map((item) => ({ item })) });
      hintNotCancelled(context, report);
    } catch (error) {
      if (!(error instanceof ExtendApiFailure)) throw new NodeOperationError(context.getNode(), error as Error, { itemIndex });
      if (!context.continueOnFail()) throw toNodeError(context.getNode(), error, { itemIndex });
      output.push(...failureItems(context.getNode(), error, items, {}, { batchId }));
    }
  }
  return [output];
}

export const cancelBatch: Operation = {
  value: 'cancelBatch',
  name: 'Cancel Batch',
  action: 'Cancel batch',
  description: 'Stop every run of a batch that is pending or processing',
  fields: [
    batchIdField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [inputCountOption],
    },
  ],
  execute,
};
