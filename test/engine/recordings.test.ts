/**
 * What every operation does, recorded: items, hints, errors, and the requests behind them. A change of the code behind
 * an operation shows here; one that is meant is taken over with `--updateSnapshot`.
 */
import type { IDataObject, INode } from 'n8n-workflow';
import { useBinaryMode } from '../../harness/engine';
import type { Sandbox } from '../../sandbox';
import { batchCases } from '../support/batchRecordings';
import { byId, credentialOf, onSandbox } from '../../harness/onSandbox';
import { useSandbox } from '../support/useSandbox';
import type { Account } from '../../harness/account';
import { operationCalls } from '../../harness/operationCalls';
import { record } from '../support/recording';
import { type StartCase, startCases } from '../support/startRecordings';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));
beforeAll(async () => await useBinaryMode('filesystem'));
// Runs end at once, so that one look finds the same as another.
beforeEach(() => sandbox.configure({ runMs: 0 }));

const on = onSandbox(() => sandbox);

const ON_ERROR: Record<string, Partial<INode>> = {
  stop: {},
  continue: { onError: 'continueRegularOutput' },
  errorOutput: { onError: 'continueErrorOutput' },
};
const SHOWN: Record<string, string> = { stop: '', continue: ', Continue On Fail', errorOutput: ', Continue to Error Output' };

/** Extend gives the runs of a batch in no order, so they are put in that of their documents. */
function inStableOrder(account: Account): Account {
  const documents = new Map(sandbox.ledger().runs.map(({ id, input }) => [id, JSON.stringify(input)]));
  const workflowRunIds = [...account.workflowRunIds].sort((a, b) => ((documents.get(a) ?? '') < (documents.get(b) ?? '') ? -1 : 1));
  return { ...account, workflowRunIds };
}

describe('an operation', () => {
  it.each(operationCalls)('$resource: $operation', async ({ resource, operation, prepare, parameters, input }) => {
    sandbox.configure({ runMs: 20 });
    const account = inStableOrder(await prepare(sandbox));
    const items = await input(account);
    const options = { anyOrder: operation === 'getAll' || operation === 'getBatchResults', polls: true, mixed: true };
    expect(await record(sandbox, async () => await on(resource, operation, parameters(account), items), options)).toMatchSnapshot();
  });
});

describe.each([
  ['Batch Run', 'batchRun'],
  ['Run', 'run'],
] as const)('%s', (_, operation) => {
  const own = startCases
    .filter(({ operations = [operation] }) => operations.includes(operation))
    .flatMap((one) => (one.onError ?? ['stop']).map((onError) => ({ ...one, onError, shown: SHOWN[onError] })));

  it.each(own)('$title$shown', async ({ onError, ...one }) => {
    expect(await recordStart(operation, one, ON_ERROR[onError] ?? {})).toMatchSnapshot();
  });
});

async function recordStart(operation: 'batchRun' | 'run', one: Omit<StartCase, 'onError'>, onError: Partial<INode>): Promise<string> {
  const { parameters, options = {}, input = [{ text: 'a' }], credential, retryOnFail, faults = [], otherFaults = [], earlier, meanwhile } = one;
  const own: IDataObject = { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}', ...parameters, options };
  sandbox.configure(one.sandbox ?? {});
  if (earlier) await on('workflowRun', operation, { ...own, waitForCompletion: 'off' }, earlier);
  const path = operation === 'run' ? '^/workflow_runs$' : '^/workflow_runs/batch$';
  for (const fault of faults) sandbox.fault({ method: 'POST', path, ...fault });
  for (const fault of otherFaults) sandbox.fault(fault);
  const items = typeof input === 'function' ? await input(sandbox) : input;
  const node = { ...onError, ...(retryOnFail && { retryOnFail, maxTries: 2, waitBetweenTries: 0 }) };
  const run = async () => {
    // The first failure of Run keeps later runs from being started: slowly, so that it is the same ones each time.
    const pace = operation === 'run' && !node.onError && items.length > 1 ? { requestsPerSecond: 10 } : {};
    const given = { node, credential: credentialOf(sandbox, { ...pace, ...credential }) };
    const [result] = await Promise.all([on('workflowRun', operation, own, items, given), meanwhile?.(sandbox)]);
    return result;
  };
  return await record(sandbox, run, one);
}

describe('of batches', () => {
  it.each(batchCases)('$operation: $title', async ({ operation, prepare, parameters = {}, onError = 'stop', ...one }) => {
    const input = await prepare(sandbox);
    const run = async () => await on('workflowRun', operation, parameters, input, { node: ON_ERROR[onError] });
    expect(await record(sandbox, run, { anyOrder: true, ...one })).toMatchSnapshot();
  });
});
