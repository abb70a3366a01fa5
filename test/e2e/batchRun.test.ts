import { type Execution, type Item, type NodeJson, itemsOf } from '../../harness/n8nClient';
import { startElsewhere } from '../support/elsewhere';
import { EXTEND, STAGE_TIMEOUT_MS, type Stage, TRIGGER, credentialFor, extendWorkflow, filesWith, openStage } from '../support/n8nStage';

const WRONG_TOKEN = 'sk_wrong_and_easy_to_find_4711';
const EXECUTION_TIMEOUT_MS = 120_000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ sandbox: { runMs: 200 }, n8n: { editor: true } });
}, STAGE_TIMEOUT_MS);

beforeEach(() => stage.sandbox.reset());

afterAll(async () => await stage?.close());

async function execute(items: Item[], parameters: NodeJson['parameters'], credential = stage.credential): Promise<Execution> {
  const { client } = stage.server;
  const { id } = await client.createWorkflow(extendWorkflow(items, credential, parameters));
  return await client.waitForExecution(await client.runWorkflow(id, TRIGGER), { timeoutMs: EXECUTION_TIMEOUT_MS });
}

const batchRunOf = (workflowId: string) => ({
  operation: 'batchRun',
  workflow: { __rl: true, mode: 'id', value: workflowId },
  fileSource: 'text',
  text: '={{ $json.text }}',
  metadataMode: 'fields',
  metadataFields: { values: [{ name: 'invoiceNumber', value: '={{ $json.invoiceNumber }}' }] },
});

const invoices = (count: number): Item[] =>
  Array.from({ length: count }, (_, i) => ({ json: { invoiceNumber: `INV-${i}`, text: `Invoice INV-${i}, total ${i}.50 EUR` } }));

describe('the packed package in a real n8n', () => {
  type Described = { name: string; iconUrl?: string | { light: string; dark: string } };

  const iconsOf = ({ iconUrl }: Described): string[] => (typeof iconUrl === 'object' ? [iconUrl.light, iconUrl.dark] : [iconUrl ?? 'none']);

  it('is loaded under its final names, with icons that n8n serves', async () => {
    const { client, url } = stage.server;
    const nodes: Described[] = await client.request('GET', '/types/nodes.json');
    const credentials: Described[] = await client.request('GET', '/types/credentials.json');
    const own = [...nodes, ...credentials].filter(({ name }) => name.startsWith('n8n-nodes-extend.') || name === 'extendApi');

    expect(own.map(({ name }) => name).sort()).toEqual([
      'extendApi',
      'n8n-nodes-extend.extend',
      'n8n-nodes-extend.extendTool', // what n8n makes of a node that agents may use
      'n8n-nodes-extend.extendTrigger',
    ]);
    for (const path of own.flatMap(iconsOf)) {
      const icon = await fetch(`${url}/${path}`);
      expect([path, icon.status, icon.headers.get('content-type')]).toEqual([path, 200, expect.stringContaining('image/svg+xml')]);
      expect(await icon.text()).toContain('<svg');
    }
  });
});

describe('the test of a credential', () => {
  const test = (change: Record<string, unknown>) =>
    stage.server.client.testCredential({ ...stage.credential, type: 'extendApi', data: credentialFor(stage.sandbox, change) });

  it('passes with the right token', async () => {
    expect(await test({})).toMatchObject({ status: 'OK' });
  });

  it('says what to check when the token is wrong', async () => {
    const answer = await test({ apiToken: WRONG_TOKEN });

    expect(answer.status).toBe('Error');
    expect(answer.message).toMatch(/does not know this token.*region/);
    expect(answer.message).not.toContain(WRONG_TOKEN);
  });

  it('says that a workspace ID is missing when the token is one of an organization', async () => {
    stage.sandbox.configure({ requireWorkspaceId: 'ws_main' });

    expect(await test({})).toMatchObject({ status: 'Error', message: expect.stringContaining('workspace ID') });
    expect(await test({ workspaceId: 'ws_main' })).toMatchObject({ status: 'OK' });
  });

  it('takes the token to no other host when the answer is a redirect', async () => {
    await using elsewhere = await startElsewhere();
    for (const status of [301, 302, 307, 308]) {
      stage.sandbox.fault({ path: '^/workflows$', fault: { kind: 'status', status, body: {}, headers: { location: `${elsewhere.url}/workflows` } } });
      expect(await test({})).toMatchObject({ status: 'Error', message: expect.stringContaining('Check the base URL') });
    }
    expect(JSON.stringify(elsewhere.visits)).not.toContain(stage.sandbox.token);
    expect(elsewhere.visits).toEqual([]);
  });
});

describe('the lists of the editor', () => {
  type List = { results: Array<{ name: string; value: string }>; paginationToken?: string };

  const search = (methodName: string, more: { filter?: string; paginationToken?: string; currentNodeParameters?: object } = {}): Promise<List> =>
    stage.server.client.request('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
      path: 'parameters.workflow',
      methodName,
      nodeTypeAndVersion: { name: 'n8n-nodes-extend.extend', version: 1 },
      currentNodeParameters: {},
      credentials: { extendApi: stage.credential },
      ...more,
    });

  it('show the workflows of the account, and search in their names', async () => {
    const all = await search('searchWorkflows');
    const [shown] = all.results;

    expect(all.results).toContainEqual(expect.objectContaining({ value: stage.sandbox.workflowId }));
    expect((await search('searchWorkflows', { filter: shown?.name.toUpperCase() })).results).toContainEqual(shown);
    expect((await search('searchWorkflows', { filter: 'no workflow has this name' })).results).toEqual([]);
  });

  it('show runs and files by their names, a page at a time', async () => {
    await execute(invoices(3), { ...batchRunOf(stage.sandbox.workflowId), options: { fileName: '={{ $json.invoiceNumber }}.txt' } });
    stage.sandbox.configure({ pageCap: 2 });
    const first = await search('searchWorkflowRuns');
    const second = await search('searchWorkflowRuns', { paginationToken: first.paginationToken });
    const runs = [...first.results, ...second.results];
    expect(runs.map(({ value }) => value).sort()).toEqual(stage.sandbox.ledger().runs.map(({ id }) => id).sort());
    const [found, ...others] = (await search('searchWorkflowRuns', { filter: 'INV-1' })).results;
    expect(found?.name).toMatch(/^INV-1\.txt · [A-Z]+ · \d{4}-\d\d-\d\d \d\d:\d\d$/);
    expect(others).toEqual([]);

    const headers = { authorization: `Bearer ${stage.sandbox.token}`, 'x-extend-api-version': '2026-02-09' };
    for (const name of ['scan-1.pdf', 'scan-2.pdf']) {
      const body = new FormData();
      body.set('file', new Blob(['%PDF-1.4']), name);
      await fetch(`${stage.sandbox.url}/files/upload`, { method: 'POST', headers, body });
    }
    expect((await search('searchFiles')).results.map(({ name }) => name)).toEqual(['scan-2.pdf', 'scan-1.pdf']);
    expect((await search('searchFiles', { filter: 'scan-1' })).results.map(({ name }) => name)).toEqual(['scan-1.pdf']);
  });

  it('show the versions of the workflow that is chosen', async () => {
    const currentNodeParameters = { workflow: { __rl: true, mode: 'id', value: stage.sandbox.workflowId } };
    const versions = await search('searchWorkflowVersions', { currentNodeParameters });
    expect(versions.results).toEqual([{ name: 'Version 1', value: '1' }, { name: 'Draft', value: 'draft' }]);
    expect((await search('searchWorkflowVersions', { currentNodeParameters, filter: 'draft' })).results).toEqual([{ name: 'Draft', value: 'draft' }]);
    expect((await search('searchWorkflowVersions')).results).toEqual([]);
  });
});

describe('Batch Run', () => {
  it('runs 1,001 items in two batches and gives every item its own result', async () => {
    const execution = await execute(invoices(1001), { ...batchRunOf(stage.sandbox.workflowId), waitForCompletion: 'poll' });
    const results = itemsOf(execution, EXTEND);
    const { batches, runs } = stage.sandbox.ledger();

    expect(execution.status).toBe('success');
    expect(batches.map(({ inputCount }) => inputCount).sort()).toEqual([1, 1000]);
    expect(results).toHaveLength(1001);
    for (const [i, { json, pairedItem }] of results.entries()) {
      expect(json).toMatchObject({
        status: 'PROCESSED',
        metadata: { invoiceNumber: `INV-${i}` },
        outputs: { Invoice: { invoiceNumber: `INV-${i}`, total: i + 0.5 } },
        source: { itemIndex: i, executionId: execution.id, nodeName: EXTEND },
      });
      expect(pairedItem).toEqual({ item: i });
    }
    expect(runs.map(({ id }) => id).sort()).toEqual(results.map(({ json }) => json.workflowRunId).sort());
    expect(new Set(runs.map(({ input }) => (input as { text: string }).text)).size).toBe(1001);
  }, EXECUTION_TIMEOUT_MS);

  it('fails with advice when the token is wrong, and keeps the token to itself', async () => {
    const { client } = stage.server;
    const data = credentialFor(stage.sandbox, { apiToken: WRONG_TOKEN });
    const credential = await client.createCredential({ name: 'Wrong', type: 'extendApi', data });
    const execution = await execute(invoices(3), batchRunOf(stage.sandbox.workflowId), credential);

    expect(execution.status).toBe('error');
    expect(execution.data.resultData.error?.message).toBe('Extend did not accept the API token');
    expect(execution.data.resultData.error?.description).toMatch(/token.*region.*Request ID: req_/s);
    expect(stage.sandbox.ledger().runs).toEqual([]);
    expect(JSON.stringify(execution)).not.toContain(WRONG_TOKEN);
    expect(filesWith(stage.server, WRONG_TOKEN)).toEqual([]);
    expect(filesWith(stage.server, stage.sandbox.token)).toEqual([]);
    // The search does find what is there.
    expect(filesWith(stage.server, 'Extend did not accept the API token')).not.toEqual([]);
  });

  it('sends nothing when an item has no document', async () => {
    const [first, second] = invoices(2) as [Item, Item];
    const execution = await execute([first, { json: { ...second.json, text: '' } }], batchRunOf(stage.sandbox.workflowId));

    expect(execution.status).toBe('error');
    expect(execution.data.resultData.error).toMatchObject({
      message: 'Text is empty [item 1]',
      description: expect.stringContaining('Nothing was sent'),
    });
    expect(stage.sandbox.ledger().runs).toEqual([]);
  });
});
