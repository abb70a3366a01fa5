import { type IDataObject, type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { failureOf } from '../../../../extend/api/errors';
import { isTerminal } from '../../../../extend/api/statuses';
import type { WorkflowRun } from '../../../../extend/api/types';
import type { Problem } from '../../../../extend/intake/draft';
import { simplifyRun } from '../../../../extend/results/simplify';
import { type CheckedRun, validateRun } from '../../../../extend/runs/validate';
import { waitForRuns } from '../../../../extend/runs/wait';
import type { ExtendClient } from '../../../../transport/client';
import { toNodeError } from '../../../shared/errors';
import { collectPort } from '../../../../transport/runs';
import { hintResults } from '../../pipeline/hints';
import { originOf } from '../../pipeline/read';
import { count } from '../../pipeline/report';
import { retryOnFailError } from '../../pipeline/retryOnFail';
import { runWide, settingsOf } from '../../pipeline/settings';
import { uploadError, uploadFailureItem } from '../../pipeline/upload';
import { runFields } from '../../panel/run';
import { readRuns, type RunOptions } from '../../run/readRuns';
import { failedRunItem, startError, startRuns, type StartedRun } from '../../run/startRuns';
import { uploadRuns } from '../../run/uploadRuns';
import { endAll, errorItem, type NodeError, problemItems, problemsError } from '../../../shared/errorItems';
import { perItemParameter } from '../../../shared/fastParameters';
import type { Operation } from '../operation';

type ToItem = (started: StartedRun, more?: IDataObject) => INodeExecutionData;

/** One run per item. Everything is checked before anything is sent; an error names the runs that were started before it. */
async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[]> {
  const node = context.getNode();
  const retryError = retryOnFailError(node, 'Run');
  if (retryError) return endAll(context, retryError);
  const options: RunOptions = runWide(context);
  const { uploadsAtOnce, patienceMs, timeLimit } = settingsOf(node, options);
  const goOn = context.continueOnFail();
  const origin = originOf(context, options);

  const checked = (await readRuns(context, goOn)).map((draft) => validateRun(draft, origin));
  const problems = checked.filter((one): one is Problem[] => Array.isArray(one)).flat();
  if (problems.length > 0 && !goOn) throw problemsError(node, problems, checked.length);
  const runs = checked.filter((one): one is CheckedRun => !Array.isArray(one));
  // Read before anything is sent: an expression that fails later would hide what was started.
  const simplify = perItemParameter<boolean>(context, 'simplify', true);
  const simplified = new Set(runs.map(({ itemIndex }) => itemIndex).filter((itemIndex) => simplify(itemIndex)));
  const toItem: ToItem = ({ itemIndex, run }, more = {}) => startedItem(context, { itemIndex, run }, options, simplified.has(itemIndex), more);

  const { uploaded, failures } = await uploadRuns(context, client, runs, { concurrency: uploadsAtOnce, goOn });
  if (failures[0] && !goOn) throw uploadError(node, failures[0], failures.length, 'No run was started.');

  const { started, failed } = await startRuns(client, uploaded, { origin, patienceMs, goOn });
  const error = startError(node, started, failed);
  if (error && !goOn) throw error;

  const wait = context.getNodeParameter('waitForCompletion', 0, 'off') === 'poll';
  const results = wait ? await waited(context, client, started, { options, minutes: timeLimit, toItem }) : started.map((one) => toItem(one));
  const output = [
    ...results,
    ...problemItems(problems),
    ...failures.map((failure) => uploadFailureItem(node, failure)),
    ...failed.map((one) => failedRunItem(node, one)),
  ];
  if (wait) hintResults(context, results);
  const indexOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item: number }).item;
  return output.sort((a, b) => indexOf(a) - indexOf(b));
}

/** The runs when they have ended, or the time is over. */
async function waited(
  context: IExecuteFunctions,
  client: ExtendClient,
  started: StartedRun[],
  { options, minutes, toItem }: { options: RunOptions; minutes: number; toItem: ToItem },
): Promise<INodeExecutionData[]> {
  const port = collectPort(client);
  const deadline = minutes > 0 ? port.now() + minutes * 60_000 : undefined;
  const ids = started.map(({ run }) => run.id).join(', ');
  const goesOn = `The documents go on being processed. Use Get later for ${ids}; running this node again would start them twice.`;
  let runs: WorkflowRun[] = [];
  const wait = async () => (runs = await waitForRuns(started.map(({ run }) => run), port, deadline));
  const failure = await failureOf(wait());
  const end = (error: NodeError, ended: StartedRun[]): INodeExecutionData[] => {
    if (!context.continueOnFail()) throw error;
    return ended.map(({ itemIndex, run }) => errorItem(error, itemIndex, { status: 'started', workflowRunId: run.id }));
  };
  if (failure) {
    return end(toNodeError(context.getNode(), failure, { title: 'The runs were started, but their results cannot be read', advice: goesOn }), started);
  }
  const known = started.map(({ itemIndex }, i): StartedRun => ({ itemIndex, run: runs[i] as WorkflowRun }));
  const open = known.filter(({ run }) => !isTerminal(run.status));
  const ended = known.filter(({ run }) => isTerminal(run.status)).map((one) => toItem(one));
  if (open.length > 0 && options.onTimeLimit === 'fail') {
    const title = `${count(open.length, 'document')} not done after ${minutes} minutes`;
    return [...ended, ...end(new NodeOperationError(context.getNode(), title, { description: goesOn }), open)];
  }
  return [...ended, ...open.map((one) => toItem(one, { timedOut: true }))];
}

function startedItem(context: IExecuteFunctions, { itemIndex, run }: StartedRun, options: RunOptions, simplify: boolean, more: IDataObject): INodeExecutionData {
  const input = options.includeInput ? { input: context.getInputData()[itemIndex]?.json ?? {} } : {};
  const json = { ...(simplify ? simplifyRun(run, options.includeConfidence) : run), ...more, ...input };
  return { json: json as IDataObject, pairedItem: { item: itemIndex } };
}

export const run: Operation = {
  value: 'run',
  name: 'Run',
  action: 'Run workflow',
  description: 'Run a workflow on the document, or package of files, of each item',
  fields: runFields,
  execute: async (context, client) => [await execute(context, client)],
};
