import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf } from '../../harness/sandboxClient';
import type { FaultRule, Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, {});

// Extend's client (1.17) does not clear the timer of its time limit when a request fails. No one waits for it then.
const { setTimeout: startTimer } = globalThis;
beforeAll(() => jest.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) => startTimer(work, ms).unref()) as typeof setTimeout));
afterAll(() => jest.restoreAllMocks());

const BATCH = { method: 'POST', path: '^/workflow_runs/batch$' };
const submit = async (timeoutInSeconds = 10) =>
  await client.workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs: [{ file: { text: 'a' } }] }, { timeoutInSeconds });
/** Sets a fault, sends a batch, and tells how it went for client and server. */
async function outcome(rule: Omit<FaultRule, 'method' | 'path'>, timeoutInSeconds?: number) {
  sandbox.fault({ ...BATCH, ...rule });
  const error = await submit(timeoutInSeconds).then(() => undefined, (thrown: unknown) => thrown as Error & { statusCode?: number; body?: unknown });
  return { error, runs: sandbox.ledger().runs.length, status: sandbox.ledger().requests.at(-1)?.status };
}

it('reset before: the client sees a broken connection, the server did nothing', async () => {
  const { error, runs, status } = await outcome({ fault: { kind: 'reset', when: 'before' } });
  expect(error).toBeDefined();
  expect([runs, status]).toEqual([0, 0]);
});

it('reset after: the client sees a broken connection, the runs are there', async () => {
  const { error, runs, status } = await outcome({ fault: { kind: 'reset', when: 'after' } });
  expect(error).toMatchObject({ statusCode: undefined });
  expect([runs, status]).toEqual([1, 0]);
});

it.each([['before', 0], ['after', 1]] as const)('timeout %s: nobody answers, and %i runs are there', async (when, runs) => {
  const result = await outcome({ fault: { kind: 'timeout', when } }, 0.2);
  // Its own ExtendTimeoutError the client does not throw here.
  expect(result.error?.message).toContain('timeout');
  expect([result.runs, result.status]).toEqual([runs, 0]);
});

it('truncated: the work is done, half of the answer arrives', async () => {
  const { error, runs } = await outcome({ fault: { kind: 'truncated' } });
  expect(error).toBeDefined();
  expect(runs).toBe(1);
});

it('truncated cleanly: the answer ends as if it were whole, but is no JSON', async () => {
  sandbox.fault({ ...BATCH, fault: { kind: 'truncated', clean: true } });
  const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
  const body = JSON.stringify({ workflow: { id: sandbox.workflowId }, inputs: [{ file: { text: 'a' } }] });
  const response = await fetch(`${sandbox.url}/workflow_runs/batch`, { method: 'POST', headers, body });
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toMatch(/^\{"batchId"/);
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

it('slow: the answer comes later', async () => {
  const began = Date.now();
  expect(await outcome({ fault: { kind: 'slow', ms: 120 } })).toMatchObject({ error: undefined, runs: 1 });
  expect(Date.now() - began).toBeGreaterThanOrEqual(115);
});

it('trickle: the answer begins at once and is whole later', async () => {
  const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09' };
  sandbox.fault({ path: '^/workflows$', fault: { kind: 'trickle', ms: 120 } });
  const began = Date.now();
  const response = await fetch(`${sandbox.url}/workflows`, { headers });
  const headAfter = Date.now() - began;
  expect(await response.json()).toMatchObject({ data: [{ id: sandbox.workflowId }] });
  expect(Date.now() - began - headAfter).toBeGreaterThanOrEqual(100);
});

it.each<[string, number, unknown]>([
  ['an HTML page of a gateway', 502, '<html>Bad Gateway</html>'],
  ['the nested shape', 500, { error: { code: 'INTERNAL_ERROR', message: 'oops', retryable: true, requestId: 'req_1' } }],
  ['the old shape', 400, { success: false, error: 'oops' }],
  ['the shape of rate limits', 429, { error: 'slow down' }],
])('status: %s is sent as it is, and nothing is done', async (_, statusCode, body) => {
  const { error, runs } = await outcome({ fault: { kind: 'status', status: statusCode, body, headers: { 'retry-after': '3' } } });
  expect(error).toMatchObject({ statusCode });
  expect(JSON.stringify(error?.body)).toContain(typeof body === 'string' ? 'Bad Gateway' : JSON.stringify(body));
  expect(runs).toBe(0);
});

it('hits the requests it is meant for: by method, path, number and count', async () => {
  const fault = { kind: 'status', status: 500, body: {} } as const;
  sandbox.fault({ ...BATCH, nth: 2, times: 2, fault });
  await client.workflows.list();
  await submit();
  await expect(submit()).rejects.toThrow(Extend.InternalServerError);
  await client.workflowRuns.list();
  await expect(submit()).rejects.toThrow(Extend.InternalServerError);
  await submit();
  expect(sandbox.ledger().batches).toHaveLength(2);
});

it('of two rules each counts for itself, and the first one wins', async () => {
  sandbox.fault({ ...BATCH, fault: { kind: 'status', status: 503, body: {} } });
  sandbox.fault({ ...BATCH, times: 2, fault: { kind: 'status', status: 500, body: {} } });
  await expect(submit()).rejects.toMatchObject({ statusCode: 503 });
  await expect(submit()).rejects.toMatchObject({ statusCode: 500 });
  await submit();
});

it('is over after a reset', async () => {
  sandbox.fault({ ...BATCH, times: 9, fault: { kind: 'status', status: 500 } });
  sandbox.reset();
  await submit();
});

it('cuts uploads, before and after the file is there', async () => {
  const upload = async () => await client.files.upload(new File(['x'], 'a.txt'), {});
  sandbox.fault({ path: '^/files/upload$', fault: { kind: 'reset', when: 'before' } });
  await expect(upload()).rejects.toThrow();
  expect(sandbox.ledger().files).toHaveLength(0);
  sandbox.fault({ path: '^/files/upload$', fault: { kind: 'reset', when: 'after' } });
  await expect(upload()).rejects.toThrow();
  expect(sandbox.ledger().files).toHaveLength(1);
});
