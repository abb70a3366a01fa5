/** n8n is killed while it submits, comes back, and the execution is retried: without and with a key that names each document. */
import { randomUUID } from 'node:crypto';
import type { LedgerRun } from '../../sandbox';
import { type Execution, type NodeJson, type WorkflowJson, itemsOf } from '../../harness/n8nClient';
import { EXTEND, STAGE_TIMEOUT_MS, type Stage, extendWorkflow, openStage } from '../support/n8nStage';

const INPUTS = 1000;
const PER_BATCH = 50;
const TEXTS = Array.from({ length: INPUTS }, (_, i) => `Invoice ${i}`);

let stage: Stage;

beforeAll(async () => {
  // Slow enough that the crash comes in the midst of the submission.
  stage = await openStage({ sandbox: { runMs: 100, batchMs: 500 } });
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

const pause = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** A published workflow that splits the body of a webhook call into items for Batch Run. n8n keeps the call, so it can retry it. */
function submitter(path: string, options: Record<string, unknown>): WorkflowJson {
  const parameters = {
    operation: 'batchRun',
    workflow: { __rl: true, mode: 'id', value: stage.sandbox.workflowId },
    fileSource: 'text',
    text: '={{ $json.text }}',
    options: { inputsPerBatch: PER_BATCH, ...options },
  };
  const { nodes, ...workflow } = extendWorkflow([], stage.credential, parameters);
  const before = (name: string, type: string, typeVersion: number, more: Partial<NodeJson>): NodeJson => ({ id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters: {}, ...more });
  const link = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
  return {
    ...workflow,
    nodes: [
      before('Webhook', 'n8n-nodes-base.webhook', 2, { webhookId: randomUUID(), parameters: { httpMethod: 'POST', path, options: {} } }),
      before('Split Out', 'n8n-nodes-base.splitOut', 1, { parameters: { fieldToSplitOut: 'body', options: {} } }),
      ...nodes.filter(({ name }) => name === EXTEND),
    ],
    connections: { Webhook: link('Split Out'), 'Split Out': link(EXTEND) },
    pinData: {},
  };
}

interface Source {
  executionId: string;
  itemIndex: number;
}

/** Where the metadata of a run says that it came from. */
const sourceOf = ({ metadata }: LedgerRun): Source => metadata.n8n as Source;

const runsOf = (executionId: string) => stage.sandbox.ledger().runs.filter((run) => sourceOf(run).executionId === executionId);

/** Starts the workflow from outside and kills n8n once some batches, but not all, are with Extend. */
async function crashWhileSubmitting(options: Record<string, unknown> = {}): Promise<Execution> {
  const { server, sandbox } = stage;
  const before = sandbox.ledger().batches.length;
  const path = randomUUID();
  const { id } = await server.client.createWorkflow(submitter(path, options));
  await server.client.activateWorkflow(id);
  const call = async () =>
    await fetch(`${server.url}/webhook/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(TEXTS.map((text) => ({ text }))) });
  while ((await call()).status === 404) await pause(200);
  while (sandbox.ledger().batches.length < before + 6) await pause(10);
  await server.stop(0);
  await server.start();
  const [started] = (await server.client.listExecutions({ workflowId: id })).results;
  return await server.client.waitForExecution(started?.id ?? '');
}

/** Retries an execution as the editor does, with the workflow as it was. */
async function retryOf({ id }: Execution): Promise<Execution> {
  const { client } = stage.server;
  const retry = await client.request<{ id: string }>('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
  return await client.waitForExecution(retry.id);
}

it('a crash doubles nothing by itself, and after a retry the metadata of every run tells which try it belongs to', async () => {
  const { sandbox } = stage;
  const crashed = await crashWhileSubmitting();
  expect(crashed.status).toBe('crashed');
  expect(crashed.data.resultData.runData[EXTEND]?.at(-1)?.error?.message).toBe('Execution stopped at this node');

  // Whole batches, each input once; nothing more comes before somebody retries.
  const submitted = runsOf(crashed.id);
  const known = new Set(submitted.map((run) => sourceOf(run).itemIndex));
  expect(submitted.length % PER_BATCH).toBe(0);
  expect(known.size).toBe(submitted.length);
  expect(submitted.length).toBeGreaterThan(0);
  expect(submitted.length).toBeLessThan(INPUTS);
  await pause(2000);
  expect(sandbox.ledger().runs).toHaveLength(submitted.length);
  for (const run of submitted) expect(run.input).toMatchObject({ text: TEXTS[sourceOf(run).itemIndex] });

  const retry = await retryOf(crashed);
  expect(retry.status).toBe('success');
  expect(itemsOf(retry, EXTEND)).toHaveLength(INPUTS / PER_BATCH);
  const again = runsOf(retry.id);
  expect(again.map((run) => sourceOf(run).itemIndex).sort((a, b) => a - b)).toEqual(TEXTS.map((_, i) => i));

  // What the crash left is told apart from what the retry made, run by run.
  const twice = TEXTS.filter((_, i) => known.has(i));
  const counts = new Map<string, number>();
  for (const { input } of sandbox.ledger().runs) {
    const { text } = input as { text: string };
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count === 2).map(([text]) => text).sort()).toEqual(twice.sort());
  expect(sandbox.ledger().runs).toHaveLength(INPUTS + submitted.length);
}, 240_000);

it('with a Deduplication Key the retry of a crashed execution pays only for what is missing', async () => {
  const crashed = await crashWhileSubmitting({ deduplicationKey: '={{ $json.text }}', lookForLostSeconds: 5 });
  expect(crashed.status).toBe('crashed');
  const paid = runsOf(crashed.id);
  expect(paid.length).toBeGreaterThan(0);
  expect(paid.length).toBeLessThan(INPUTS);

  const retry = await retryOf(crashed);
  expect(retry.status).toBe('success');
  const made = runsOf(retry.id);
  const known = new Set(paid.map((run) => sourceOf(run).itemIndex));
  expect(made.map((run) => sourceOf(run).itemIndex).sort((a, b) => a - b)).toEqual(TEXTS.flatMap((_, i) => (known.has(i) ? [] : [i])));

  // Every document once, and the output names the earlier run of each one that was known.
  const texts = [...paid, ...made].map(({ input }) => (input as { text: string }).text);
  expect(texts.sort()).toEqual([...TEXTS].sort());
  const recognised = itemsOf(retry, EXTEND).filter(({ json }) => json.status === 'alreadySubmitted');
  expect(recognised.map(({ json }) => json.workflowRunId).sort()).toEqual(paid.map(({ id }) => id).sort());
}, 240_000);
