import { startReceiver } from '../../harness/receiver';
import { clientOf, until } from '../../harness/sandboxClient';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started), { runMs: 10 });

/** Another process has only HTTP. */
async function control(path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> {
  const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${sandbox.url}/_sandbox${path}`, init);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}
const submit = async (text = 'a') =>
  await clientOf(sandbox).workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs: [{ file: { text }, metadata: { a: 1 } }] });

it('tells where it is and what to use', async () => {
  expect((await control('')).json).toEqual({ url: sandbox.url, token: sandbox.token, workflowId: sandbox.workflowId });
});

it('shows the ledger, whole or one book of it', async () => {
  const { batchId } = await submit();
  expect((await control('/ledger')).json).toMatchObject({
    requests: [{ method: 'POST', path: '/workflow_runs/batch', status: 200, body: { inputs: [{ file: { text: 'a' } }] } }],
    batches: [{ batchId, inputCount: 1 }],
    runs: [{ batchId, metadata: { a: 1 }, input: { text: 'a' } }],
  });
  expect(Object.keys((await control('/ledger?only=batches')).json)).toEqual(['batches']);
  expect((await control('/ledger?only=dreams')).status).toBe(404);
});

it('sets faults and options until the reset', async () => {
  await control('/faults', { path: '/batch$', fault: { kind: 'status', status: 418 } });
  await expect(submit()).rejects.toMatchObject({ statusCode: 418 });
  await control('/options', { plan: 'payg', unknowns: { validationStatus: 422 } });
  await expect(clientOf(sandbox).workflowRuns.list({ maxPageSize: 0 })).rejects.toMatchObject({ statusCode: 422 });
  await control('/reset', {});
  await expect(clientOf(sandbox).workflowRuns.list({ maxPageSize: 0 })).rejects.toMatchObject({ statusCode: 400 });
  expect(sandbox.ledger()).toMatchObject({ batches: [], runs: [], requests: { length: 1 } });
});

it.each<[string, unknown]>([
  ['/faults', { fault: { kind: 'flood' } }],
  ['/faults', { fault: { kind: 'slow', ms: 1 }, url: 'x' }],
  ['/options', { speed: 2 }],
  ['/options', { unknowns: { stepTypeAt: 'nowhere' } }],
  ['/deliver', { signature: 'none' }],
  ['/deliver', {}],
  ['/review', { runId: 'workflow_run_1', decision: 'maybe' }],
])('%s refuses %j', async (path, body) => {
  expect((await control(path, body)).status).toBe(400);
});

it('delivers and reviews', async () => {
  const receiver = await startReceiver();
  expect((await control('/deliver', { url: receiver.url, secret: 's', times: 2 })).json).toEqual([200, 200]);
  await receiver.close();
  await submit('NEEDS REVIEW');
  await until(() => sandbox.ledger().runs[0]?.status === 'NEEDS_REVIEW', 'the run');
  await control('/review', { runId: sandbox.ledger().runs[0]?.id, decision: 'reject' });
  expect(sandbox.ledger().runs[0]?.status).toBe('REJECTED');
});

it('serves real PDFs with the pages asked for', async () => {
  const response = await fetch(`${sandbox.url}/_sandbox/documents/a.pdf?pages=2`);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(Buffer.from(await response.arrayBuffer()).subarray(0, 5).toString()).toBe('%PDF-');
});
