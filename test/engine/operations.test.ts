import type { IDataObject } from 'n8n-workflow';
import { binaryOf, useBinaryMode } from '../../harness/engine';
import { byId, onSandbox, pause } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const run = onSandbox(() => sandbox);
const invoices = () => byId(sandbox.workflowId);

/** IDs of runs of as many texts, in one batch. */
async function submitted(texts: string[]): Promise<{ batchId: string; ids: string[] }> {
  const { json } = await run('workflowRun', 'batchRun', { workflow: invoices(), fileSource: 'text', text: '={{ $json.text }}' }, texts.map((text) => ({ text })));
  return { batchId: String(json[0]?.batchId), ids: sandbox.ledger().runs.map(({ id }) => id) };
}

const requests = (method: string, path: RegExp) => sandbox.ledger().requests.filter((request) => request.method === method && path.test(request.path));

describe('Get Many', () => {
  it('lists runs once, whatever the number of items, to the limit or to the end', async () => {
    const { batchId } = await submitted(Array.from({ length: 120 }, (_, i) => `Doc ${i}`));
    await pause(60);
    sandbox.configure({ pageCap: 50 });
    const limited = await run('workflowRun', 'getAll', { limit: 70, filters: { batchId } }, [{}, {}, {}]);
    expect(limited.json).toHaveLength(70);
    expect(requests('GET', /^\/workflow_runs$/)).toHaveLength(2);
    const all = await run('workflowRun', 'getAll', { returnAll: true, filters: { batchId } });
    expect(new Set(all.json.map(({ workflowRunId }) => workflowRunId)).size).toBe(120);
    expect(all.json[0]).toEqual({
      workflowRunId: expect.stringContaining('workflow_run_'),
      batchId,
      status: expect.any(String),
      workflowId: sandbox.workflowId,
      workflowName: 'Invoices',
      workflowVersion: '1',
      files: [{ id: expect.any(String), name: expect.any(String) }],
      createdAt: expect.any(String),
      startTime: expect.any(String),
      endTime: expect.anything(),
      dashboardUrl: expect.stringContaining('https://'),
    });
  });

  it('lists for each item when a filter differs, paired with it', async () => {
    const first = await submitted(['a', 'b']);
    const second = await submitted(['c']);
    const { json, items } = await run('workflowRun', 'getAll', { returnAll: true, filters: { batchId: '={{ $json.batchId }}' } }, [{ batchId: first.batchId }, { batchId: second.batchId }]);
    expect(json.map(({ batchId }) => batchId)).toEqual([first.batchId, first.batchId, second.batchId]);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 1 }]);
  });

  it('filters runs by status, file name and workflow, and sorts both ways', async () => {
    const other = await run('workflow', 'create', { name: 'Other' });
    const workflowId = String(other.json[0]?.workflowId);
    await run('workflowRun', 'run', { workflow: invoices(), fileSource: 'text', text: 'FAIL', options: { fileName: 'broken.txt' } });
    await run('workflowRun', 'run', { workflow: byId(workflowId), fileSource: 'text', text: 'fine', options: { fileName: 'fine.txt' } });
    await pause(60);
    const list = async (filters: IDataObject, more: IDataObject = {}) =>
      (await run('workflowRun', 'getAll', { ...more, filters })).json.map(({ files }) => (files as Array<{ name: string }>)[0]?.name);
    expect(await list({ status: 'FAILED' })).toEqual(['broken.txt']);
    expect(await list({ fileNameContains: 'fine' })).toEqual(['fine.txt']);
    expect(await list({ workflowId: byId(workflowId) })).toEqual(['fine.txt']);
    expect(await list({ sortDir: 'asc' })).toEqual(['broken.txt', 'fine.txt']);
    const [broken] = sandbox.ledger().runs;
    await run('workflowRun', 'update', { workflowRunId: broken?.id ?? '', metadata: '{"seen":true}' });
    expect(await list({ sortBy: 'updatedAt' })).toEqual(['broken.txt', 'fine.txt']);
    expect(await list({ sortBy: 'updatedAt' }, { returnAll: true })).toEqual(['broken.txt', 'fine.txt']);
    expect(await list({})).toEqual(['fine.txt', 'broken.txt']);
  });

  it('neither loses nor doubles a run that moves to another page while the pages are read', async () => {
    const { ids } = await submitted(Array.from({ length: 30 }, (_, i) => `Doc ${i}`));
    await pause(60);
    sandbox.configure({ pageCap: 5 });
    // The list takes its time, and meanwhile every run changes, the last one first.
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', times: 6, fault: { kind: 'slow', ms: 60 } });
    const change = async () => {
      for (const id of [...ids].reverse()) {
        await fetch(`${sandbox.url}/workflow_runs/${id}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' },
          body: JSON.stringify({ metadata: { touched: true } }),
        });
        await pause(8);
      }
    };
    const [{ json }] = await Promise.all([run('workflowRun', 'getAll', { returnAll: true, filters: { sortBy: 'updatedAt' } }), change()]);
    expect(json.map(({ workflowRunId }) => workflowRunId).sort()).toEqual([...ids].sort());
  });

  it('gives the objects of the API when they are not to be simplified', async () => {
    await submitted(['a']);
    const { json } = await run('workflowRun', 'getAll', { simplify: false });
    expect(json).toMatchObject([{ object: 'workflow_run', workflow: { object: 'workflow', name: 'Invoices' } }]);
  });

  it.each([
    ['chosen from the list', (id: string) => ({ __rl: true, mode: 'list', value: id }), [2, 0]],
    ['given by its address', (id: string) => ({ __rl: true, mode: 'url', value: `https://dashboard.extend.ai/acme/workflows/${id}/runs?tab=1` }), [2, 0]],
    ['given by an expression', () => '={{ $json.workflowId }}', [2, 0]],
    ['left open', () => ({ __rl: true, mode: 'list', value: '' }), [2, 2]],
  ])('lists the runs of a workflow that is %s', async (_, filter, expected) => {
    await submitted(['a', 'b']);
    const countOf = async (workflowId: string) =>
      (await run('workflowRun', 'getAll', { returnAll: true, filters: { workflowId: filter(workflowId) } }, [{ workflowId }])).json.length;
    expect([await countOf(sandbox.workflowId), await countOf('workflow_other')]).toEqual(expected);
  });
});

describe('Update, Cancel, Delete', () => {
  it('update merges metadata, and refuses none before anything is sent', async () => {
    const { ids } = await submitted(['a']);
    const { json } = await run('workflowRun', 'update', { workflowRunId: '={{ $json.id }}', metadata: '{"approved":true}' }, [{ id: ids[0] }]);
    expect(json).toMatchObject([{ metadata: { approved: true }, source: { itemIndex: 0 } }]);
    for (const metadata of ['{}', '[1]', '']) {
      const { error } = await run('workflowRun', 'update', { workflowRunId: ids[0] ?? '', metadata });
      expect(error?.message).toBe('Metadata (JSON) is empty or not an object [item 0]');
    }
    const broken = await run('workflowRun', 'update', { workflowRunId: ids[0] ?? '', metadata: '{broken' });
    expect(broken.error).toMatchObject({ message: 'Metadata (JSON) is not valid JSON [item 0]', description: expect.stringContaining('Nothing was sent') });
    expect(requests('POST', /^\/workflow_runs\/workflow_run_/)).toHaveLength(1);
  });

  it('update can name a run without touching its metadata', async () => {
    const { ids } = await submitted(['a']);
    const { error } = await run('workflowRun', 'update', { workflowRunId: ids[0] ?? '', name: 'Invoice 17' });
    expect(error).toBeUndefined();
    expect(requests('POST', /^\/workflow_runs\/workflow_run_/)[0]?.body).toEqual({ name: 'Invoice 17' });
  });

  it('cancel stops what runs; of a run that has ended it says how', async () => {
    sandbox.configure({ runMs: 60_000 });
    const { ids } = await submitted(['a']);
    const { json } = await run('workflowRun', 'cancel', { workflowRunId: ids[0] ?? '' });
    expect(json).toMatchObject([{ workflowRunId: ids[0], status: expect.stringMatching(/^CANCEL/) }]);
    sandbox.reset();
    const ended = await submitted(['b']);
    await pause(60);
    for (const cancelEndedStatus of [400, 409, 422] as const) {
      sandbox.configure({ unknowns: { cancelEndedStatus } });
      const { error } = await run('workflowRun', 'cancel', { workflowRunId: ended.ids[0] ?? '' });
      expect(error).toMatchObject({ message: 'The run has ended as PROCESSED and cannot be cancelled any more [item 0]', description: 'Nothing to do: Get returns its result.' });
    }
  });

  it('a cancel whose answer is lost is not an error', async () => {
    sandbox.configure({ runMs: 60_000 });
    const { ids } = await submitted(['a']);
    sandbox.fault({ method: 'POST', path: '/cancel$', fault: { kind: 'reset', when: 'after' } });
    const { json } = await run('workflowRun', 'cancel', { workflowRunId: ids[0] ?? '' });
    expect(json).toMatchObject([{ status: expect.stringMatching(/^CANCEL/) }]);
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

  it('an ID from the address of the dashboard is enough', async () => {
    const { ids } = await submitted(['a']);
    const value = `https://dashboard.extend.ai/workflows/${sandbox.workflowId}/runs/${ids[0]}?tab=output`;
    const { json } = await run('workflowRun', 'get', { workflowRunId: { __rl: true, mode: 'url', value, __regex: '^https?://[^?#]*?/(workflow_run_[A-Za-z0-9_-]+)' } });
    expect(json).toMatchObject([{ workflowRunId: ids[0] }]);
  });
});

describe('Workflow and Workflow Version', () => {
  const steps = (schema: IDataObject) => [
    { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
    { type: 'PARSE', name: 'Parse', config: {}, next: [{ step: 'Invoice' }] },
    { type: 'EXTRACT', name: 'Invoice', config: { extractorConfig: { schema } } },
  ];

  it('are made, changed, deployed, and read again', async () => {
    const created = await run('workflow', 'create', { name: 'Receipts', stepsFrom: 'json', stepsJson: JSON.stringify(steps({ type: 'object', properties: {} })) });
    expect(created.json).toEqual([
      {
        workflowId: expect.stringContaining('workflow_'),
        name: 'Receipts',
        steps: [
          { name: 'Trigger', type: 'TRIGGER', next: ['Parse'] },
          { name: 'Parse', type: 'PARSE', next: ['Invoice'] },
          { name: 'Invoice', type: 'EXTRACT', next: [] },
        ],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    const workflow = byId(String(created.json[0]?.workflowId));
    const renamed = await run('workflow', 'update', { workflow, name: 'Receipts and invoices' });
    expect(renamed.json).toMatchObject([{ name: 'Receipts and invoices', steps: [{}, {}, { name: 'Invoice' }] }]);
    const version = await run('workflowVersion', 'create', { workflow, name: 'First' });
    expect(version.json).toMatchObject([{ version: '1', name: 'First', steps: [{}, {}, { name: 'Invoice' }] }]);
    const direct = await run('workflowVersion', 'create', { workflow, stepsFrom: 'json', stepsJson: steps({ type: 'object', properties: { a: { type: ['string', 'null'] } } }) as unknown as IDataObject });
    expect(direct.json).toMatchObject([{ version: '2', name: null }]);

    const many = await run('workflowVersion', 'getAll', { workflow });
    expect(many.json.map(({ version: number }) => number)).toEqual(['2', '1', 'draft']);
    for (const [value, number] of [['1', '1'], ['latest', '2'], ['draft', 'draft'], [String(version.json[0]?.versionId), '1']] as const) {
      const one = await run('workflowVersion', 'get', { workflow, versionId: byId(value) });
      expect(one.json).toMatchObject([{ version: number }]);
    }
    const got = await run('workflow', 'get', { workflow, simplify: false });
    expect(got.json).toMatchObject([{ object: 'workflow', draftVersion: { version: 'draft' } }]);
    const replaced = await run('workflow', 'update', { workflow, replaceSteps: true, stepsJson: JSON.stringify(steps({}).slice(0, 1).concat([{ type: 'PARSE', name: 'Parse', config: {} }] as never)) });
    expect(replaced.json).toMatchObject([{ name: 'Receipts and invoices', steps: [{ name: 'Trigger' }, { name: 'Parse' }] }]);
    expect((await run('workflow', 'getAll', { returnAll: true })).json.map(({ name }) => name)).toEqual(['Receipts and invoices', 'Invoices']);
  });

  it('a workflow from the template of the panel runs', async () => {
    const created = await run('workflow', 'create', { name: 'From template', stepsFrom: 'json' });
    const { json } = await run('workflowRun', 'run', { workflow: byId(String(created.json[0]?.workflowId)), fileSource: 'text', text: 'Invoice INV-1', waitForCompletion: 'poll' });
    expect(json).toMatchObject([{ status: 'PROCESSED', outputs: { Invoice: { invoiceNumber: 'INV-1' } } }]);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '[{', 'Steps (JSON) is not valid JSON'],
    ['no list', '{"type":"TRIGGER"}', 'Steps (JSON) is empty or not a list of objects'],
    ['an empty list', '[]', 'Steps (JSON) is empty or not a list of objects'],
    ['a step without a name', '[{"type":"TRIGGER"}]', 'Step 1 has no name'],
    ['a step without a type', '[{"name":"Trigger"}]', 'Step 1 has no type'],
    ['two steps of one name', '[{"type":"TRIGGER","name":"A"},{"type":"PARSE","name":"A"}]', 'Two steps have the same name'],
    ['no step that parses', '[{"type":"TRIGGER","name":"A"}]', 'The steps have 0 of type PARSE'],
  ])('steps that are %s are refused before anything is sent', async (_, stepsJson, message) => {
    const { error } = await run('workflow', 'create', { name: 'Bad', stepsFrom: 'json', stepsJson: stepsJson as string });
    expect(error).toMatchObject({ message: `${message} [item 0]`, description: expect.stringContaining('Nothing was sent') });
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('a change of nothing, and a name of blanks, are refused before anything is sent', async () => {
    expect((await run('workflow', 'update', { workflow: invoices() })).error?.message).toBe('There is nothing to change [item 0]');
    expect((await run('workflow', 'create', { name: '   ' })).error?.message).toBe('Name is empty [item 0]');
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('a creation whose answer is lost is not made again, and the error says so', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflows$', fault: { kind: 'reset', when: 'after' } });
    const { error } = await run('workflow', 'create', { name: 'Once' }, [{}, {}]);
    expect(error).toMatchObject({ message: 'It is unknown whether Extend created the workflow', description: expect.stringContaining('Look in Extend') });
    expect((await run('workflow', 'getAll', { returnAll: true })).json.map(({ name }) => name)).toEqual(['Once', 'Invoices']);
  });
});

describe('File', () => {
  it('goes up and comes back byte for byte, without the token at its address', async () => {
    await useBinaryMode('default');
    const bytes = Buffer.from('%PDF-1.4 äöü\r\n');
    const up = await run('file', 'upload', { binaryPropertyName: 'scan', options: { fileName: 'renamed.pdf', convertToPdf: true, pdfPassword: 'geheim' } }, [{ json: {}, binary: { scan: await binaryOf(bytes, 'scan.pdf') } }]);
    const id = String(up.json[0]?.fileId);
    expect(up.json).toEqual([{ fileId: id, name: 'renamed.pdf', type: 'PDF', pageCount: null, createdAt: expect.any(String) }]);
    expect(sandbox.ledger().files).toMatchObject([{ id, name: 'renamed.pdf', bytes: bytes.length, password: true }]);
    expect(requests('POST', /upload/)[0]?.query).toEqual({ convertToPdf: 'true' });

    const down = await run('file', 'download', { fileId: '={{ $json.id }}', binaryPropertyName: 'copy' }, [{ id }]);
    expect(Buffer.from(down.items[0]?.binary?.copy?.data ?? '', 'base64')).toEqual(bytes);
    expect(down.items[0]).toMatchObject({ json: { fileId: id, name: 'renamed.pdf' }, pairedItem: { item: 0 } });
    expect(sandbox.ledger().downloads.map(({ authorized }) => authorized)).toEqual([false]);

    expect((await run('file', 'get', { fileId: byId(id) })).json).toMatchObject([{ fileId: id, presignedUrl: expect.stringContaining('http') }]);
    expect((await run('file', 'get', { fileId: byId(id), simplify: false })).json).toMatchObject([{ object: 'file', id, contents: null }]);
    expect((await run('file', 'getAll', { returnAll: true, filters: { nameContains: 'renamed' } })).json).toMatchObject([{ fileId: id }]);
    expect((await run('file', 'delete', { fileId: byId(id) })).json).toEqual([{ fileId: id, deleted: true }]);
    const gone = await run('file', 'download', { fileId: byId(id) }, [{}], { node: { onError: 'continueRegularOutput' } });
    expect(gone.json).toMatchObject([{ error: 'Extend does not know this ID', details: { itemIndex: 0 } }]);
  });

  it('that an item does not have is named before anything is sent', async () => {
    const { error } = await run('file', 'upload', { binaryPropertyName: 'data' }, [{ json: {}, binary: { scan: await binaryOf(Buffer.from('x'), 'x.pdf') } }]);
    expect(error).toMatchObject({ message: 'The item has no file in the field of this name [item 0]', description: expect.stringContaining('scan') });
    expect(sandbox.ledger().requests).toEqual([]);
  });
});
