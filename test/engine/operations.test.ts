import type { IDataObject } from 'n8n-workflow';
import { type Sandbox, startSandbox } from '../../sandbox';
import { binaryOf, type EngineOptions, runExtend, useBinaryMode } from '../support/engine';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ runMs: 20 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const run = async (resource: string, operation: string, parameters: IDataObject, input: EngineOptions['input'] = [{}], more: Partial<EngineOptions> = {}) =>
  await runExtend({
    input,
    credential: { apiToken: sandbox.token, region: 'custom', baseUrl: sandbox.url, plan: 'custom', requestsPerSecond: 1000 },
    parameters: { resource, operation, ...parameters },
    ...more,
  });

/** IDs of runs of as many texts, in one batch. */
async function submitted(texts: string[]): Promise<{ batchId: string; ids: string[] }> {
  const { json } = await run('workflowRun', 'batchRun', { workflow: { __rl: true, mode: 'id', value: sandbox.workflowId }, fileSource: 'text', text: '={{ $json.text }}' }, texts.map((text) => ({ text })));
  return { batchId: String(json[0]?.batchId), ids: sandbox.ledger().runs.map(({ id }) => id) };
}

const requests = (method: string, path: RegExp) => sandbox.ledger().requests.filter((request) => request.method === method && path.test(request.path));

describe('Get Many', () => {
  it('lists runs once, whatever the number of items, to the limit or to the end', async () => {
    const { batchId } = await submitted(Array.from({ length: 120 }, (_, i) => `Doc ${i}`));
    sandbox.configure({ pageCap: 50 });
    const limited = await run('workflowRun', 'getAll', { limit: 70, filters: { batchId } }, [{}, {}, {}]);
    expect(limited.json).toHaveLength(70);
    expect(requests('GET', /^\/workflow_runs$/)).toHaveLength(2);
    const all = await run('workflowRun', 'getAll', { returnAll: true, filters: { batchId } });
    expect(new Set(all.json.map(({ id }) => id)).size).toBe(120);
  });

  it('lists for each item when a filter differs, paired with it', async () => {
    const first = await submitted(['a', 'b']);
    const second = await submitted(['c']);
    const { json, items } = await run('workflowRun', 'getAll', { returnAll: true, filters: { batchId: '={{ $json.batchId }}' } }, [{ batchId: first.batchId }, { batchId: second.batchId }]);
    expect(json.map(({ batchId }) => batchId)).toEqual([first.batchId, first.batchId, second.batchId]);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }]);
  });

  it('lists workflows; Get gives one with its steps', async () => {
    const { json } = await run('workflow', 'getAll', { returnAll: true });
    expect(json).toMatchObject([{ id: sandbox.workflowId, name: 'Invoices' }]);
    const one = await run('workflow', 'get', { workflow: { __rl: true, mode: 'id', value: sandbox.workflowId } });
    expect(one.json).toMatchObject([{ name: 'Invoices', draftVersion: { version: 'draft' } }]);
  });
});

describe('Update, Cancel, Delete', () => {
  it('update merges metadata, and refuses none before anything is sent', async () => {
    const { ids } = await submitted(['a']);
    const { json } = await run('workflowRun', 'update', { workflowRunId: '={{ $json.id }}', metadata: '{"approved":true}' }, [{ id: ids[0] }]);
    expect(json).toMatchObject([{ metadata: { approved: true }, source: { itemIndex: 0 } }]);
    for (const metadata of ['{}', '[1]', '{broken']) {
      const { error } = await run('workflowRun', 'update', { workflowRunId: ids[0] ?? '', metadata });
      expect(error?.message).toBe('Item 0: Metadata is empty or not an object');
    }
    expect(requests('POST', /^\/workflow_runs\/workflow_run_/)).toHaveLength(1);
  });

  it('cancel stops what runs, is content with what is cancelled, and says of a finished run that it cannot', async () => {
    sandbox.configure({ runMs: 60_000 });
    const cancel = async (id = '') => await run('workflowRun', 'cancel', { workflowRunId: id });
    const [long] = (await submitted(['a'])).ids;
    expect((await cancel(long)).json).toMatchObject([{ workflowRunId: long, status: expect.stringMatching(/^CANCEL/) }]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await cancel(long)).json).toEqual([{ workflowRunId: long, status: 'CANCELLED' }]);

    sandbox.reset();
    const [finished] = (await submitted(['a'])).ids;
    await new Promise((resolve) => setTimeout(resolve, 60));
    const { error } = await cancel(finished);
    expect(error).toMatchObject({ message: 'Extend did not accept the request', description: expect.stringContaining('Extend says:') });
  });

  it('delete removes a run; a missing one is an error, a lost answer is not', async () => {
    const { ids } = await submitted(['a', 'b']);
    sandbox.fault({ method: 'DELETE', nth: 2, fault: { kind: 'reset', when: 'after' } });
    const { json } = await run('workflowRun', 'delete', { workflowRunId: '={{ $json.id }}' }, ids.map((id) => ({ id })));
    expect(json).toEqual(ids.map((id) => ({ workflowRunId: id, deleted: true })));
    expect(sandbox.ledger().runs).toEqual([]);
    const { error } = await run('workflowRun', 'delete', { workflowRunId: ids[0] ?? '' });
    expect(error).toMatchObject({ message: 'Extend does not know this ID', httpCode: '404' });
  });
});

describe('File', () => {
  it('goes up and comes back byte for byte, without the token at its address', async () => {
    await useBinaryMode('default');
    const bytes = Buffer.from('%PDF-1.4 äöü\r\n');
    const up = await run('file', 'upload', { binaryPropertyName: 'scan', options: { fileName: 'renamed.pdf', convertToPdf: true, pdfPassword: 'geheim' } }, [{ json: {}, binary: { scan: await binaryOf(bytes, 'scan.pdf') } }]);
    const id = String(up.json[0]?.id);
    expect(sandbox.ledger().files).toMatchObject([{ id, name: 'renamed.pdf', bytes: bytes.length, password: true }]);
    expect(requests('POST', /upload/)[0]?.query).toEqual({ convertToPdf: 'true' });

    const down = await run('file', 'download', { fileId: '={{ $json.id }}', binaryPropertyName: 'copy' }, [{ id }]);
    expect(Buffer.from(down.items[0]?.binary?.copy?.data ?? '', 'base64')).toEqual(bytes);
    expect(down.items[0]).toMatchObject({ json: { fileId: id, name: 'renamed.pdf' }, pairedItem: { item: 0 } });
    expect(sandbox.ledger().downloads.map(({ authorized }) => authorized)).toEqual([false]);

    expect((await run('file', 'get', { fileId: id })).json).toMatchObject([{ id, presignedUrl: expect.stringContaining('http') }]);
    expect((await run('file', 'getAll', { returnAll: true, filters: { nameContains: 'renamed' } })).json).toMatchObject([{ id }]);
    expect((await run('file', 'delete', { fileId: id })).json).toEqual([{ fileId: id, deleted: true }]);
    const gone = await run('file', 'download', { fileId: id }, [{}], { node: { onError: 'continueRegularOutput' } });
    expect(gone.json).toMatchObject([{ error: 'Extend does not know this ID', details: { itemIndex: 0 } }]);
  });

  it('that an item does not have is named before anything is sent', async () => {
    const { error } = await run('file', 'upload', { binaryPropertyName: 'data' }, [{ json: {}, binary: { scan: await binaryOf(Buffer.from('x'), 'x.pdf') } }]);
    expect(error).toMatchObject({ message: 'Item 0 has no file in the field of this name', description: expect.stringContaining('scan') });
    expect(sandbox.ledger().requests).toEqual([]);
  });
});
