import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import { mayRetry } from '../../../../extend/api/retry';
import { WORKFLOW_RUN_STATUSES } from '../../../../extend/api/statuses';
import type { WorkflowRunSummary } from '../../../../extend/api/types';
import { readRun, READS_AT_ONCE } from '../../../../extend/results/collect';
import { isDone, type Progress, progressOf } from '../../../../extend/results/progress';
import { mapBounded } from '../../../../extend/concurrency';
import type { ExtendClient } from '../../../../transport/client';
import { collectPort, listBatchRuns } from '../../../../transport/runs';
import { hintResults } from '../../pipeline/hints';
import { type BatchItems, batchIdField, groupByBatch, inputCountOption } from '../../batches/groupByBatch';
import { failedBatch } from '../../batches/failedBatch';
import { RunItems } from '../../batches/runItems';
import { numberOption } from '../../../shared/readParameter';
import { includeConfidence, simplifyField, statusOptions } from '../../panel/results';
import type { Operation } from '../operation';

const DEFAULT_TIME_LIMIT_MINUTES = 24 * 60;

interface Options {
  includeConfidence?: boolean;
  separateRunning?: boolean;
  statuses?: string[];
  timeLimit?: unknown;
}

/** What an item tells that has been around the loop before. */
interface Seen {
  progress?: { since?: string; lastError?: string };
}

/** Runs in the editor as well, so it stands on its own. */
export const outputsOfBatchResults = `={{ $parameter.operation === 'getBatchResults' && $parameter.resource === 'workflowRun' && $parameter.options?.separateRunning
  ? [{ type: 'main', displayName: 'Done' }, { type: 'main', displayName: 'Still Running' }] : ['main'] }}` as const;

/**
 * Reads each batch once, however many input items name it.
 * @returns one item per run; with the option, batches that are not done leave by a second output, as the items that came
 * in with their progress, so that a loop with a Wait node brings them back as they were
 */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[][]> {
  const { separateRunning = false } = context.getNodeParameter('options', 0, {}) as Options;
  const { batches, invalid } = groupByBatch(context);
  const done = invalid;
  const running: INodeExecutionData[] = [];
  for (const batch of batches) {
    const itemIndex = batch.items[0] ?? 0;
    const { json } = context.getInputData()[itemIndex] as { json: Seen };
    const since = Date.parse(json.progress?.since ?? '') || Date.now();
    let over = true;
    try {
      over = isOver(context, itemIndex, since);
      const listed = await listedOf(client, batch);
      if (separateRunning && !over && !isDone(listed, batch.only?.size ?? batch.expected)) {
        running.push(...runningItems(context, batch, progressOf(listed, batch.expected, Date.now()), since));
      } else {
        done.push(...(await results(context, client, batch, listed, separateRunning && over)));
      }
    } catch (error) {
      // The documents are paid for: a hiccup in one look must not end the loop.
      if (separateRunning && !over && error instanceof ExtendApiFailure && mayRetry('read', error)) {
        running.push(...runningItems(context, batch, progressOf([], batch.expected, Date.now()), since, error.message));
      } else done.push(...failedBatch(context, error, batch));
    }
  }
  hintResults(context, done);
  return separateRunning ? [done, running] : [done];
}

async function listedOf(client: ExtendClient, { batchId, only }: BatchItems): Promise<WorkflowRunSummary[]> {
  const listed = await listBatchRuns(client, batchId);
  return only ? listed.filter(({ id }) => only.has(id)) : listed;
}

/** Whether the time limit of the loop is reached. */
function isOver(context: IExecuteFunctions, itemIndex: number, since: number): boolean {
  const { timeLimit: given } = context.getNodeParameter('options', itemIndex, {}) as Options;
  const timeLimit = numberOption(context.getNode(), 'Time Limit', given, DEFAULT_TIME_LIMIT_MINUTES, { min: 0 });
  return timeLimit > 0 && Date.now() - since >= timeLimit * 60_000;
}

async function results(
  context: IExecuteFunctions,
  client: ExtendClient,
  batch: BatchItems,
  listed: WorkflowRunSummary[],
  timedOut: boolean,
): Promise<INodeExecutionData[]> {
  const itemIndex = batch.items[0] ?? 0;
  const { statuses = [], includeConfidence: confidence = false } = context.getNodeParameter('options', itemIndex, {}) as Options;
  const wanted = statuses.length > 0 ? listed.filter(({ status }) => statuses.includes(status)) : listed;
  const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
  const items = new RunItems(context, batch, { simplify, includeConfidence: confidence, timedOut: timedOut && statuses.length === 0 });
  const port = collectPort(client);
  const output = await mapBounded(wanted, READS_AT_ONCE, async (summary) => items.toItem(await readRun(summary, port)));
  return [...output, ...items.missing()];
}

/** The items of a batch as they came in, with how far it is. */
function runningItems(context: IExecuteFunctions, { items, batchId }: BatchItems, progress: Progress, since: number, lastError?: string): INodeExecutionData[] {
  const input = context.getInputData();
  const told = { ...progress, since: new Date(since).toISOString(), ...(lastError !== undefined && { lastError }) };
  return items.map((item) => ({
    ...input[item],
    json: { ...input[item]?.json, batchId, progress: told as unknown as IDataObject },
    pairedItem: { item },
  }));
}

export const getBatchResults: Operation = {
  value: 'getBatchResults',
  name: 'Get Batch Results',
  action: 'Get batch results',
  description: 'Retrieve every workflow run of a batch with its status and results',
  fields: [
    batchIdField,
    simplifyField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        { ...includeConfidence, displayOptions: { show: { '/simplify': [true] } } },
        { ...inputCountOption, displayOptions: { show: { separateRunning: [true] } } },
        {
          displayName: 'Separate Output While Running',
          name: 'separateRunning',
          type: 'boolean',
          default: true,
          description:
            'Whether a batch that is not done leaves by a second output, Still Running. Lead it through a Wait node (for as many seconds as progress.waitSeconds says) back to this node: the execution then sleeps between looks and survives restarts.',
        },
        {
          displayName: 'Statuses',
          name: 'statuses',
          type: 'multiOptions',
          options: statusOptions(WORKFLOW_RUN_STATUSES),
          default: [],
          description: 'Return only runs with one of these statuses. Leave empty for all.',
        },
        {
          displayName: 'Time Limit (Minutes)',
          name: 'timeLimit',
          type: 'number',
          typeOptions: { minValue: 0, numberPrecision: 2 },
          default: DEFAULT_TIME_LIMIT_MINUTES,
          description:
            'How long a batch may go around by Still Running. After that everything leaves by Done, and documents that are not done are marked with timedOut. 0 means no limit.',
          displayOptions: { show: { separateRunning: [true] } },
        },
      ],
    },
  ],
  execute,
};
