import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import { mayRetry } from '../../../../extend/api/retry';
import { isTerminal } from '../../../../extend/api/statuses';
import type { RunSummary } from '../../../../extend/api/types';
import { workflow } from '../../../../extend/kinds/workflow';
import { readRuns } from '../../../../extend/results/collect';
import { isFinished } from '../../../../extend/results/progress';
import type { ExtendClient } from '../../../../transport/client';
import { collectPort } from '../../../../transport/runs';
import { numberOf } from '../../../shared/readParameter';
import { batchRows } from '../../batches/batchRows';
import { failedBatch } from '../../batches/failedBatch';
import { type BatchItems, batchIdField, groupByBatch, inputCountOption } from '../../batches/groupByBatch';
import { sinceOf, stillRunning } from '../../batches/stillRunning';
import { includeConfidence, simplifyField, statusOptions } from '../../panel/results';
import { hintResults } from '../../pipeline/hints';
import { toItem } from '../../pipeline/resultItems';
import type { Operation } from '../operation';

interface Options {
  includeConfidence?: boolean;
  separateRunning?: boolean;
  statuses?: string[];
  timeLimitMinutes?: unknown;
}

const timeLimit: INodeProperties = {
  displayName: 'Time Limit (Minutes)',
  name: 'timeLimitMinutes',
  type: 'number',
  typeOptions: { minValue: 0, numberPrecision: 2 },
  default: 1440,
  description:
    'How long a batch may go around by Still Running. After that everything leaves by Done, and documents that are not done are marked with timedOut. 0 means no limit.',
  displayOptions: { show: { separateRunning: [true] } },
};

/**
 * Reads each batch once, however many input items name it.
 * @returns one item per run; with the option, batches that are not done leave by a second output, as the items that came
 * in with their progress, so that a loop with a Wait node brings them back as they were
 */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[][]> {
  const { separateRunning = false } = context.getNodeParameter('options', 0, {}) as Options;
  const { batches, invalid } = groupByBatch(context);
  // Lists of lists: a batch can be named by more items than a call takes arguments.
  const done = [invalid];
  const running: INodeExecutionData[][] = [];
  for (const batch of batches) {
    let mayGoOn = false;
    try {
      const isOver = separateRunning && isTimeOver(context, batch);
      mayGoOn = separateRunning && !isOver;
      const listed = await listedOf(client, batch);
      if (mayGoOn && !isDone(batch, listed)) running.push(stillRunning(context, batch, listed));
      else done.push(await results(context, client, batch, listed, isOver));
    } catch (error) {
      // The documents are paid for: a temporary error in one look must not end the loop.
      const isTemporary = error instanceof ExtendApiFailure && mayRetry('read', error);
      if (mayGoOn && isTemporary) running.push(stillRunning(context, batch, [], error.message));
      else done.push(failedBatch(context, error, batch));
    }
  }
  const output = done.flat();
  hintResults(context, output);
  return separateRunning ? [output, running.flat()] : [output];
}

async function listedOf(client: ExtendClient, { batchId, only }: BatchItems): Promise<RunSummary[]> {
  const listed = await collectPort(client, workflow).listRuns(batchId);
  return only ? listed.filter(({ id }) => only.has(id)) : listed;
}

function isDone({ only, expected }: BatchItems, listed: RunSummary[]): boolean {
  const ended = listed.filter(({ status }) => isTerminal(status)).length;
  return isFinished(ended, listed.length - ended, only?.size ?? expected);
}

/** Whether the time limit of the loop is reached. */
function isTimeOver(context: IExecuteFunctions, batch: BatchItems): boolean {
  const { timeLimitMinutes } = context.getNodeParameter('options', batch.items[0] ?? 0, {}) as Options;
  const minutes = numberOf(context.getNode(), timeLimit, timeLimitMinutes);
  return minutes > 0 && Date.now() - sinceOf(context, batch) >= minutes * 60_000;
}

async function results(context: IExecuteFunctions, client: ExtendClient, batch: BatchItems, listed: RunSummary[], isOver: boolean): Promise<INodeExecutionData[]> {
  const itemIndex = batch.items[0] ?? 0;
  const { statuses = [], includeConfidence: withConfidence } = context.getNodeParameter('options', itemIndex, {}) as Options;
  const wanted = statuses.length > 0 ? listed.filter(({ status }) => statuses.includes(status)) : listed;
  const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
  const finished = isDone(batch, listed);
  const isPartial = statuses.length > 0 || !(isOver || finished);
  const rows = batchRows(context, workflow, batch, { simplify, includeConfidence: withConfidence }, { isOver: isOver && statuses.length === 0, isPartial });
  const found = await readRuns(wanted, collectPort(client, workflow), (run) => rows.rowOf(run));
  const missing = isPartial ? [] : rows.missing(listed.length, finished);
  return [...found.filter((row) => row !== undefined), ...missing].map((row) => toItem(context, row));
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
          options: statusOptions(workflow.statuses),
          default: [],
          description: 'Return only runs with one of these statuses. Leave empty for all.',
        },
        timeLimit,
      ],
    },
  ],
  execute,
};
