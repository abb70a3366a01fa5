import type { IDataObject } from 'n8n-workflow';
import type { EngineOptions } from '../../harness/engine';
import { byId, onSandbox, pause } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const on = onSandbox(() => sandbox);
const extend = async (operation: string, input: EngineOptions['input'], parameters: IDataObject, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', operation, parameters, input, more);

/** Batch Run on texts, one output item per input. */
const submit = async (texts: string[]) => {
  const { items } = await extend('batchRun', texts.map((text) => ({ text })), {
    workflow: byId(sandbox.workflowId),
    fileSource: 'text',
    text: '={{ $json.text }}',
    output: 'perInput',
  });
  await pause(50);
  return items.map(({ json }) => json);
};

describe('Get Batch Results', () => {
  it('puts each run on the item that submitted it, and reads the batch once', async () => {
    const submitted = await submit(Array.from({ length: 25 }, (_, i) => `Invoice INV-${i}`));
    const { json, origins } = await extend('getBatchResults', submitted, { batchId: '={{ $json.batchId }}' }, { lookBack: true });
    expect(json).toHaveLength(25);
    for (const [i, origin] of origins.entries()) {
      const { source, outputs } = json[i] as { source: IDataObject; outputs: { Invoice: IDataObject } };
      expect((origin as IDataObject).itemIndex).toBe(source.itemIndex);
      expect(outputs.Invoice.invoiceNumber).toBe(`INV-${String(source.itemIndex)}`);
    }
    const { requests } = sandbox.ledger();
    expect(requests.filter(({ path }) => path === '/workflow_runs')).toHaveLength(1);
    expect(requests.filter(({ path }) => /^\/workflow_runs\/workflow_run_/.test(path))).toHaveLength(25);
  });

  it('reads a batch of 1,000 runs with one list request, and never two runs twice', async () => {
    const [{ batchId }] = (await submit(Array.from({ length: 1000 }, (_, i) => `Doc ${i}`))) as [IDataObject];
    const { json } = await extend('getBatchResults', [{ batchId }], { batchId: '={{ $json.batchId }}' });
    expect(new Set(json.map(({ workflowRunId }) => workflowRunId)).size).toBe(1000);
    expect(sandbox.ledger().requests.filter(({ path }) => path === '/workflow_runs')).toHaveLength(1);
  });

  it('filters by status, and gives the raw run without Simplify', async () => {
    const [{ batchId }] = (await submit(['fine', 'FAIL', 'NEEDS REVIEW'])) as [IDataObject];
    const { json } = await extend('getBatchResults', [{ batchId }], {
      batchId: '={{ $json.batchId }}',
      simplify: false,
      options: { statuses: ['NEEDS_REVIEW', 'FAILED'] },
    });
    expect(json.map(({ object, status }) => [object, status]).sort()).toEqual([
      ['workflow_run', 'FAILED'],
      ['workflow_run', 'NEEDS_REVIEW'],
    ]);
  });

  it('says of an empty ID which item has it; with Continue On Fail the others still come', async () => {
    const [{ batchId }] = (await submit(['a'])) as [IDataObject];
    const parameters = { batchId: '={{ $json.batchId }}' };
    const { error } = await extend('getBatchResults', [{ batchId }, {}], parameters);
    expect(error).toMatchObject({ message: 'Batch ID is empty [item 1]', context: { itemIndex: 1 } });
    const { json } = await extend('getBatchResults', [{ batchId }, {}], parameters, { node: { onError: 'continueRegularOutput' } });
    expect(json.map(({ status, error: message }) => status ?? message)).toEqual(['Batch ID is empty [item 1]', 'PROCESSED']);
  });
});

describe('Get', () => {
  it('reads each run on its item', async () => {
    await submit(['Invoice INV-1', 'Invoice INV-2']);
    const ids = sandbox.ledger().runs.map(({ id }) => ({ id }));
    const { json, origins } = await extend('get', ids, { workflowRunId: '={{ $json.id }}' }, { lookBack: true });
    expect(json.map(({ workflowRunId }) => ({ id: workflowRunId }))).toEqual(ids);
    expect(origins).toEqual(ids);
  });

  it('tells a missing run, and an ID that is none, from a run', async () => {
    const { error } = await extend('get', [{ id: 'workflow_run_missing' }], { workflowRunId: '={{ $json.id }}' });
    expect(error).toMatchObject({ message: 'Extend does not know this ID', httpCode: '404', context: { itemIndex: 0 } });
    const before = sandbox.ledger().requests.length;
    const dots = await extend('get', [{ id: '..' }], { workflowRunId: '={{ $json.id }}' });
    expect(dots.error?.message).toBe('Extend does not know this ID');
    expect(sandbox.ledger().requests.length).toBe(before);
  });

  it('keeps an ID with reserved characters inside its path', async () => {
    const { error } = await extend('get', [{ id: '../files?x=1#y' }], { workflowRunId: '={{ $json.id }}' });
    expect(error?.httpCode).toBe('404');
    expect(sandbox.ledger().requests.at(-1)?.path).toBe('/workflow_runs/..%2Ffiles%3Fx%3D1%23y');
  });

  it('retries a read that hiccups, and gives up with a clear error', async () => {
    await submit(['a']);
    const [run] = sandbox.ledger().runs;
    sandbox.fault({ method: 'GET', times: 2, fault: { kind: 'status', status: 502, body: '<html>', headers: { 'retry-after': '0' } } });
    expect((await extend('get', [{}], { workflowRunId: run?.id ?? '' })).json).toMatchObject([{ status: 'PROCESSED' }]);
    sandbox.fault({ method: 'GET', times: 99, fault: { kind: 'status', status: 500, body: '<html>', headers: { 'retry-after': '0' } } });
    const { error } = await extend('get', [{}], { workflowRunId: run?.id ?? '' });
    expect(error?.message).toBe('Extend could not handle the request at the moment');
    expect(JSON.stringify(error)).not.toContain('<html>');
  });
});
