import type { IDataObject } from 'n8n-workflow';
import { useBinaryMode } from '../../harness/engine';
import { credentialOf, onSandbox } from '../../harness/onSandbox';
import { clientOf } from '../../harness/sandboxClient';
import { resources } from '../../nodes/Extend/actions';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';
import { batchCases } from './sdkRequests/batchCases';
import { inVain, type RequestCase } from './sdkRequests/cases';
import { accept, undo } from './sdkRequests/differences';
import { fileCases } from './sdkRequests/fileCases';
import { inOrder, requestsOf } from './sdkRequests/requests';
import { runCases } from './sdkRequests/runCases';
import { startCases } from './sdkRequests/startCases';
import { workflowCases } from './sdkRequests/workflowCases';

/** What the node sends, beside what Extend's own client sends for the same intent. */

const WORKSPACE = 'ws_1';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const cases = [...fileCases, ...workflowCases, ...runCases, ...startCases, ...batchCases];
const nameOf = (resource: string, operation: string) => `${resource}: ${operation}`;

it('there is a case of every operation', () => {
  const operations = resources.flatMap(({ value, operations: own }) => own.map((operation) => nameOf(value, operation.value)));
  const covered = cases.map(({ call: { resource, operation } }) => nameOf(resource, operation));
  expect(operations.filter((operation) => !covered.includes(operation))).toEqual([]);
});

const run = onSandbox(() => sandbox);
const inWorkspace = () => clientOf(sandbox, { headers: { 'x-extend-workspace-id': WORKSPACE } });

/** The requests of both sides, with an organization key. */
async function bothSides({ call, sdk, differs = [] }: RequestCase) {
  const account = await call.prepare(sandbox);
  const input = await call.input(account);
  sandbox.configure({ requireWorkspaceId: WORKSPACE });
  const credential = credentialOf(sandbox, { workspaceId: WORKSPACE });
  const ours = await requestsOf(sandbox, async () => await run(call.resource, call.operation, call.parameters(account), input, { credential }));
  const theirs = await requestsOf(sandbox, async () => await sdk(inWorkspace(), account));
  return { ours: undo(ours, [accept, ...differs]), theirs: undo(theirs, differs.filter(({ ofTime }) => ofTime)) };
}

it.each(cases.map((one) => ({ ...one, title: `${one.call.resource}: ${one.call.title}` })))('$title', async (one) => {
  const { ours, theirs } = await bothSides(one);
  expect(ours.length).toBeGreaterThan(0);
  expect(inOrder(ours)).toEqual(inOrder(theirs));
});

describe('a file that n8n keeps on disk', () => {
  beforeAll(async () => await useBinaryMode('filesystem'));
  afterAll(async () => await useBinaryMode('default'));

  it.each(fileCases.filter(({ call }) => call.operation === 'upload').map((one) => ({ ...one, title: one.call.title })))('is sent in the same form: $title', async (one) => {
    const { ours, theirs } = await bothSides(one);
    expect(inOrder(ours)).toEqual(inOrder(theirs));
  });
});

describe('the headers', () => {
  const list = async (more: IDataObject) => await requestsOf(sandbox, async () => await run('workflow', 'getAll', {}, [{}], { credential: credentialOf(sandbox, more) }));

  it('name no workspace when the credential has none', async () => {
    const ours = await list({});
    const theirs = await requestsOf(sandbox, async () => await clientOf(sandbox).workflows.list());
    expect(ours[0]?.headers).toHaveProperty('authorization', 'right');
    expect(ours[0]?.headers).not.toHaveProperty('x-extend-workspace-id');
    expect(undo(ours, [accept])[0]?.headers).toEqual(theirs[0]?.headers);
  });

  it('carry a token as it is, right or wrong', async () => {
    const ours = await list({ apiToken: 'sk_other' });
    const theirs = await requestsOf(sandbox, async () => await inVain(clientOf(sandbox, { token: 'sk_other' }).workflows.list()));
    expect(ours[0]?.headers).toHaveProperty('authorization', 'wrong');
    expect(undo(ours, [accept])[0]?.headers).toEqual(theirs[0]?.headers);
  });
});
