import { Extend, type ExtendClient } from 'extend-ai';
import type { Sandbox } from '../../sandbox';
import { clientOf, until } from '../../harness/sandboxClient';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10 });

const submit = async (n: number) =>
  await client.workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs: Array.from({ length: n }, (_, i) => ({ file: { text: `Invoice INV-${i}` }, metadata: { i } })) });
const list = async (query: Extend.WorkflowRunsListRequest) => (await client.workflowRuns.list({ maxPageSize: 1000, ...query })).data;

it('a late list is late by batch, status, workflow and file name, and not for a run by its ID', async () => {
  sandbox.configure({ listDelayMs: 400 });
  const { batchId } = await submit(3);
  const [runId = ''] = sandbox.ledger().batches[0]?.runIds ?? [];
  await until(async () => (await client.workflowRuns.retrieve(runId)).status === 'PROCESSED', 'the run');
  const queries: Extend.WorkflowRunsListRequest[] = [{ batchId }, { status: 'PROCESSED' }, { workflowId: sandbox.workflowId }, { fileNameContains: '.txt' }, {}];
  const counts = async () => await Promise.all(queries.map(async (query) => (await list(query)).length));
  expect(await counts()).toEqual([0, 0, 0, 0, 0]);
  await until(async () => (await list({ batchId })).length === 3, 'the lists');
  expect(await counts()).toEqual([3, 3, 3, 3, 3]);
});

it('the runs of a batch come into being one after the other', async () => {
  sandbox.configure({ createOverMs: 500 });
  const { batchId } = await submit(50);
  const runIds = sandbox.ledger().batches[0]?.runIds ?? [];
  expect(runIds).toHaveLength(50);
  await expect(client.workflowRuns.retrieve(runIds.at(-1) ?? '')).rejects.toThrow(Extend.NotFoundError);
  const seen: number[] = [];
  await until(async () => {
    seen.push((await list({ batchId })).length);
    return seen.at(-1) === 50;
  }, 'all runs');
  expect(seen[0]).toBeLessThan(40);
  expect(new Set(seen).size).toBeGreaterThan(3);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const created = (await list({ batchId, sortBy: 'createdAt', sortDir: 'asc' })).map(({ id, createdAt }) => [id, Date.parse(createdAt)] as const);
  expect(created.map(([id]) => id)).toEqual(runIds);
  expect((created.at(-1)?.[1] ?? 0) - (created[0]?.[1] ?? 0)).toBe(490);
});

it('many batches that come into being at the same time are listed by the creation of each run', async () => {
  sandbox.configure({ createOverMs: 60 });
  const batches = await Promise.all(Array.from({ length: 20 }, async () => (await submit(10)).batchId));
  await until(async () => (await list({})).length === 200, 'all runs');
  const times = (await list({ sortBy: 'createdAt' })).map(({ createdAt }) => Date.parse(createdAt));
  expect(times).toEqual([...times].sort((a, b) => b - a));
  const sizes = await Promise.all(batches.map(async (batchId) => (await list({ batchId, workflowId: sandbox.workflowId })).length));
  expect(sizes).toEqual(batches.map(() => 10));
});

it('a filter takes one value', async () => {
  await submit(1);
  const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09' };
  const response = await fetch(`${sandbox.url}/workflow_runs?status=PROCESSED&status=FAILED`, { headers });
  expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: 'INVALID_REQUEST', message: 'Must be one value. Path: status' })]);
});
