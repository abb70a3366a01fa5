import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf } from '../../harness/sandboxClient';
import type { Plan, Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, {});

const list = async () => await client.workflows.list();
const refusals = async (calls: number) =>
  (await Promise.allSettled(Array.from({ length: calls }, list))).flatMap((result) => (result.status === 'rejected' ? [result.reason as Extend.TooManyRequestsError] : []));

it.each<[Plan, number]>([['payg', 10], ['scale', 25], ['enterprise', 75], ['unlimited', 90]])('%s lets %i of 90 reads pass in a second', async (plan, allowed) => {
  sandbox.configure({ plan });
  expect(90 - (await refusals(90)).length).toBe(allowed);
  expect(sandbox.ledger().rateLimited).toBe(90 - allowed);
});

it('says that and when to try again, and then lets pass', async () => {
  sandbox.configure({ plan: 'payg' });
  const [error] = await refusals(11);
  expect(error).toBeInstanceOf(Extend.TooManyRequestsError);
  expect(error?.body).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryable: true, requestId: expect.any(String) });
  const seconds = error?.rawResponse?.headers.get('retry-after');
  expect(seconds).toBe('1');
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  await list();
});

it('counts reads, changes and runs apart', async () => {
  sandbox.configure({ plan: 'payg' });
  await refusals(11);
  await client.workflows.create({ name: 'A' });
  for (let i = 0; i < 10; i++) await client.workflowRuns.create({ workflow: { id: sandbox.workflowId }, file: { text: 'a' } });
  await expect(client.workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs: [{ file: { text: 'a' } }] })).rejects.toThrow(Extend.TooManyRequestsError);
  expect(sandbox.ledger().runs).toHaveLength(10);
  await client.workflows.create({ name: 'B' });
});

it('gives Retry-After as a date, or not at all', async () => {
  const header = async (retryAfter: 'date' | 'none') => {
    sandbox.reset();
    sandbox.configure({ plan: 'payg', unknowns: { retryAfter } });
    return (await refusals(11))[0]?.rawResponse?.headers.get('retry-after');
  };
  expect(Date.parse((await header('date')) ?? '')).toBeGreaterThan(Date.now() - 1000);
  expect(await header('none')).toBeNull();
});

it('knows how many requests were handled at the same time', async () => {
  sandbox.configure({ batchMs: 80 });
  const batch = async () => await client.workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs: [{ file: { text: 'a' } }] });
  await Promise.all([batch(), batch(), batch()]);
  await batch();
  expect(sandbox.ledger().maxConcurrent).toEqual({ 'POST /workflow_runs/batch': 3 });
});
