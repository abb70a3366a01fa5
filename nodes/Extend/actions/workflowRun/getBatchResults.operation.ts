import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import { WORKFLOW_RUN_STATUSES } from '../../../../extend/api/statuses';
import type { WorkflowRun } from '../../../../extend/api/types';
import { readCorrelation } from '../../../../extend/batch/correlate';
import { mapBounded } from '../../../../extend/concurrency';
import { simplifyRun } from '../../../../extend/results/simplify';
import type { ExtendClient } from '../../../../transport/client';
import { toNodeError } from '../../../../transport/nodeError';
import { getRun, listBatchRuns } from '../../../../transport/runs';
import { hintResults } from '../../batch/hints';
import { errorItem, failureItem, type NodeError } from '../../shared/errorItems';
import { requiredText } from '../../shared/perItem';
import { simplifyField, statusOptions } from '../fields';
import type { Operation } from '../operation';

/** Full runs that are read at once; the client keeps them below the plan's rate. */
const READS_AT_ONCE = 10;

/** Input items that carry the same batch, with what tells them apart. */
interface BatchItems {
  items: number[];
  simplify: boolean;
  statuses: string[];
}

/**
 * Reads each batch once, however many input items name it.
 * @returns one item per run, on the input item that caused it where the items tell (Batch Run with one item
 * per input), else on the items that name the batch
 */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[]> {
  const node = context.getNode();
  const output: INodeExecutionData[] = [];
  const reject = (error: NodeError, asItem: () => INodeExecutionData) => {
    if (!context.continueOnFail()) throw error;
    output.push(asItem());
  };

  const batches = new Map<string, BatchItems>();
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      const batchId = requiredText(context, 'batchId', 'Batch ID', itemIndex);
      const { items } = batches.get(batchId) ?? { items: [] };
      const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
      const { statuses = [] } = context.getNodeParameter('options', itemIndex, {}) as { statuses?: string[] };
      batches.set(batchId, { items: [...items, itemIndex], simplify, statuses });
    } catch (error) {
      if (!(error instanceof NodeOperationError)) throw new NodeOperationError(node, error as Error, { itemIndex });
      reject(error, () => errorItem(error, itemIndex));
    }
  }

  for (const [batchId, batch] of batches) {
    const itemIndex = batch.items[0] ?? 0;
    try {
      output.push(...(await resultsOf(context, client, batchId, batch)));
    } catch (error) {
      if (!(error instanceof ExtendApiFailure)) throw new NodeOperationError(node, error as Error, { itemIndex });
      reject(toNodeError(node, error, { itemIndex }), () => failureItem(node, error, itemIndex, {}, { batchId }));
    }
  }
  hintResults(context, output);
  return output;
}

async function resultsOf(
  context: IExecuteFunctions,
  client: ExtendClient,
  batchId: string,
  { items, simplify, statuses }: BatchItems,
): Promise<INodeExecutionData[]> {
  const listed = await listBatchRuns(client, batchId);
  const wanted = statuses.length > 0 ? listed.filter(({ status }) => statuses.includes(status)) : listed;
  const runs = await mapBounded(wanted, READS_AT_ONCE, async ({ id }) => await getRun(client, id));
  const itemOf = sourceItems(context, items);
  return runs.map((run) => ({
    json: (simplify ? simplifyRun(run) : { ...run }) as IDataObject,
    pairedItem: itemOf(run) ?? items.map((item) => ({ item })),
  }));
}

/**
 * Finds the input item of a run by the `itemIndex` and `submissionKey` that Batch Run gives to each input, or by the
 * `workflowRunId` of a document that it skipped as already submitted.
 */
function sourceItems(context: IExecuteFunctions, items: number[]) {
  const input = context.getInputData();
  const key = (submission: unknown, itemIndex: unknown) => JSON.stringify([submission, itemIndex]);
  const bySource = new Map(
    items.map((item) => [key(input[item]?.json.submissionKey, input[item]?.json.itemIndex), item]),
  );
  const byRun = new Map(items.map((item) => [input[item]?.json.workflowRunId, item]));
  return ({ id, metadata }: WorkflowRun): { item: number } | undefined => {
    const source = readCorrelation(metadata);
    const item = byRun.get(id) ?? (source && bySource.get(key(source.submission, source.itemIndex)));
    return item === undefined ? (items.length === 1 ? { item: items[0] as number } : undefined) : { item };
  };
}

export const getBatchResults: Operation = {
  value: 'getBatchResults',
  name: 'Get Batch Results',
  action: 'Get the results of a batch',
  description: 'Get every workflow run of a batch with its status and results',
  fields: [
    {
      displayName: 'Batch ID',
      name: 'batchId',
      type: 'string',
      required: true,
      default: '={{ $json.batchId }}',
      placeholder: 'e.g. batch_7Ws31-F5',
    },
    simplifyField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        {
          displayName: 'Statuses',
          name: 'statuses',
          type: 'multiOptions',
          options: statusOptions(WORKFLOW_RUN_STATUSES),
          default: [],
          description: 'Return only runs with one of these statuses. Leave empty for all.',
        },
      ],
    },
  ],
  execute,
};
