import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { workflow } from '../../../../extend/kinds/workflow';
import { cancelBatch as cancelRuns, type CancelReport } from '../../../../extend/results/cancel';
import type { ExtendClient } from '../../../../transport/client';
import { cancelPort } from '../../../../transport/runs';
import { hintNotCancelled } from '../../pipeline/hints';
import { failedBatch } from '../../batches/failedBatch';
import { batchIdField, groupByBatch, inputCountOption } from '../../batches/groupByBatch';
import type { Operation } from '../operation';

const toJson = (report: CancelReport): IDataObject => ({
  ...report,
  failed: report.failed.map(({ id, reason }) => ({ [workflow.idField]: id, reason })),
});

/** Cancels each batch once, however many input items name it: one item per batch, paired with all of them. */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[][]> {
  const { batches, invalid: output } = groupByBatch(context);
  const port = cancelPort(client, workflow);
  for (const batch of batches) {
    const { batchId, items, expected } = batch;
    try {
      const report = await cancelRuns(batchId, port, expected);
      output.push({ json: toJson(report), pairedItem: items.map((item) => ({ item })) });
      hintNotCancelled(context, report);
    } catch (error) {
      output.push(...failedBatch(context, error, batch));
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
