import { tmpdir } from 'node:os';
import { type Item, itemsOf, type WorkflowJson } from '../../harness/n8nClient';
import { DOCUMENTS, EXTEND_NODE, fillExample } from '../../harness/example';
import type { Editor } from '../../harness/editor';
import { type EditorStage, openEditorStage } from '../support/editorStage';
import { extendWorkflow, STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { expectSoon } from '../support/soon';

let stage: EditorStage;
let editor: Editor;

beforeAll(async () => {
  stage = await openEditorStage({ n8n: { env: { N8N_RESTRICT_FILE_ACCESS_TO: `${DOCUMENTS};${tmpdir()}` } } });
  editor = stage.editor;
  const { id } = await stage.server.client.createWorkflow(canvas());
  await editor.openWorkflow(id);
}, STAGE_TIMEOUT_MS);

beforeEach(() => stage.sandbox.reset());

afterEach(async () => {
  await editor.closeNode();
  expect(editor.takeErrors()).toEqual([]);
});

afterAll(async () => await stage?.close());

const WORKFLOWS = ['Contracts 2025', 'Contracts 2026', 'Delivery notes'];
const MORE_INVOICES = 24;

const invoices: Item[] = ['INV-1', 'INV-2', 'INV-3'].map((invoiceNumber) => ({ json: { invoiceNumber, text: `Invoice ${invoiceNumber}, total 12.50 EUR` } }));

const withoutText: Item[] = invoices.map(({ json }, i) => ({ json: i === 1 ? { ...json, text: '' } : json }));

/** One canvas for all tests: a node for each, with a trigger of its own that has the items pinned. */
function canvas(): WorkflowJson {
  const chosen = { __rl: true, mode: 'id', value: stage.sandbox.workflowId };
  const shared = { operation: 'batchRun', fileSource: 'text', text: '={{ $json.text }}', output: 'perInput', workflow: chosen };
  const pairs = Object.entries({
    Choose: [invoices, { workflow: { __rl: true, mode: 'list', value: '' } }],
    Draft: [invoices, { output: 'perBatch', options: { version: { __rl: true, mode: 'list', value: '' } } }],
    Submit: [invoices, {}],
    Wait: [invoices, { waitForCompletion: 'poll' }],
    Skip: [withoutText, { options: { onInvalidItems: 'skip' } }],
    Stop: [withoutText, {}],
  } satisfies Record<string, [Item[], object]>);
  return {
    name: 'Batch Run',
    nodes: pairs.flatMap(([name, [, more]], row) =>
      extendWorkflow([], stage.credential, { ...shared, ...more }).nodes.map((node, column) => ({
        ...node,
        name: column === 0 ? `Items of ${name}` : name,
        position: [column * 300, row * 200] as [number, number],
      })),
    ),
    connections: Object.fromEntries(pairs.map(([name]) => [`Items of ${name}`, { main: [[{ node: name, type: 'main', index: 0 }]] }])),
    pinData: Object.fromEntries(pairs.map(([name, [items]]) => [`Items of ${name}`, items])),
    settings: { executionOrder: 'v1' },
  };
}

const hints = async () => (await editor.output.getByTestId('node-hint').allInnerTexts()).map((text) => text.trim());

const rows = async () => await editor.output.locator('tbody tr').allInnerTexts();

const count = async () => (await editor.output.getByTestId('ndv-items-count').innerText()).trim();

describe('the workflow of a batch', () => {
  const entries = async () => await editor.page.getByTestId('rlc-item').allInnerTexts();

  it('is found in the list, by scrolling and by searching, and stays chosen', async () => {
    for (const name of WORKFLOWS) await createWorkflow(name);
    await editor.openNode('Choose');
    const field = editor.parameter('workflow');
    expect(await field.getByTestId('parameter-issues').count()).toBe(1);

    await field.getByTestId('rlc-input').click();
    await expectSoon(async () => (await entries()).sort(), [...WORKFLOWS, 'Invoices'].sort());
    await editor.page.getByTestId('rlc-search').fill('CONTR');
    await expectSoon(async () => (await entries()).sort(), WORKFLOWS.slice(0, 2));
    await editor.page.getByTestId('rlc-item').getByText('Contracts 2026', { exact: true }).click();

    await expectSoon(async () => await field.getByTestId('rlc-input').inputValue(), 'Contracts 2026');
    expect(await field.getByTestId('parameter-issues').count()).toBe(0);
  });

  it('that was chosen gets the documents', async () => {
    await editor.openNode('Choose');
    await editor.parameter('workflow').getByTestId('rlc-input').click();
    await editor.page.getByTestId('rlc-item').getByText('Invoices', { exact: true }).click();
    await editor.executeStep();

    await expectSoon(async () => (await rows()).map((row) => row.includes(stage.sandbox.workflowId)), [true, true, true]);
    expect(stage.sandbox.ledger().runs).toHaveLength(3);
  });

  it('has versions to choose from; without a choice the latest deployed one runs', async () => {
    await editor.openNode('Draft');
    const field = editor.parameter('options.version');
    expect(await field.getByTestId('parameter-issues').count()).toBe(0);
    await editor.executeStep();
    await expectSoon(count, '1 item');

    await field.getByTestId('rlc-input').click();
    await expectSoon(async () => (await entries()).map((name) => name.split(' ')[0]).sort(), ['Draft', 'Version']);
    await editor.page.getByTestId('rlc-item').getByText('Draft').click();
    await editor.executeStep();
    await expectSoon(async () => (await rows()).map((row) => row.includes('draft')), [true]);
    expect(stage.sandbox.ledger().batches.map(({ version }) => version)).toEqual([undefined, 'draft']);
  });
});

/** Another workflow in the sandbox, as Extend's dashboard would make it. */
async function createWorkflow(name: string): Promise<void> {
  const { url, token } = stage.sandbox;
  const headers = { authorization: `Bearer ${token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/workflows`, { method: 'POST', headers, body: JSON.stringify({ name }) });
  expect(status).toBe(200);
}

describe('the output panel', () => {
  it('counts what was submitted, and marks the input item of the output item under the pointer', async () => {
    await editor.openNode('Submit');
    await editor.executeStep();
    await expectSoon(hints, ['3 documents in 1 batch submitted to Extend']);
    expect(await count()).toBe('3 items');

    await editor.input.getByTestId('radio-button-table').click();
    for (const [i, { json }] of invoices.entries()) {
      await editor.output.locator('tbody tr').nth(i).hover();
      const marked = editor.input.locator('tbody').getByTestId('hovering-item');
      await expectSoon(async () => (await marked.allInnerTexts()).map((row) => row.split('\t')[0]?.trim()), [String(json.invoiceNumber)]);
    }
  });

  it('shows the results when the node waits for them', async () => {
    await editor.openNode('Wait');
    await editor.executeStep();
    await expectSoon(async () => (await rows()).map((row) => row.includes('PROCESSED')), [true, true, true]);
    const columns = await editor.output.locator('thead th').allInnerTexts();
    expect(columns.map((name) => name.trim()).slice(0, 3)).toEqual(['workflowRunId', 'status', 'outputs']);
  });

  it('warns above the items when some could not be submitted', async () => {
    await editor.openNode('Skip');
    await editor.executeStep();
    await expectSoon(hints, ['2 documents in 1 batch submitted to Extend', '1 item not submitted; see the items with an error']);
    await expectSoon(async () => (await editor.output.innerText()).includes('Text is empty [item 1]'), true);
  });

  it('names an item that cannot be submitted once, and what to do', async () => {
    await editor.openNode('Stop');
    await editor.executeStep();
    const message = editor.output.getByTestId('node-error-message');
    await expectSoon(async () => (await message.innerText()).trim(), 'Text is empty [item 1]');
    expect(await editor.output.getByTestId('node-error-description').innerText()).toMatch(/^Check the expression, or the data of this item\. Nothing was sent\./);
    expect(stage.sandbox.ledger().runs).toEqual([]);
  });
});

describe('the example "Invoices to results"', () => {
  it('runs from the canvas, and every document comes out of Batch Run', async () => {
    const settings = {
      documentsFolder: DOCUMENTS,
      documentsUrl: `${stage.sandbox.url}/_sandbox/documents`,
      moreInvoices: MORE_INVOICES,
      tableFile: `${stage.server.folder}/results.csv`,
    };
    const { id } = await stage.server.client.createWorkflow(fillExample(stage.credential, stage.sandbox.workflowId, settings));
    await editor.openWorkflow(id);
    const inputs = MORE_INVOICES + 6;
    await editor.page.getByTestId('execute-workflow-button').click();

    const node = editor.node(EXTEND_NODE);
    await node.getByTestId('canvas-node-status-success').waitFor();
    await editor.node('Write CSV File').getByTestId('canvas-node-status-success').waitFor();
    expect(await node.innerText()).toContain('Batch Run: Workflow Run');

    await editor.openNode(EXTEND_NODE);
    await expectSoon(count, `${inputs} items`);
    expect(await hints()).toEqual([`${inputs} documents processed`]);
    const { results } = await stage.server.client.listExecutions({ workflowId: id });
    const execution = await stage.server.client.waitForExecution(results[0]?.id ?? '');
    expect(itemsOf(execution, EXTEND_NODE).map(({ json }) => json.status)).toEqual(Array(inputs).fill('PROCESSED'));
  });
});
