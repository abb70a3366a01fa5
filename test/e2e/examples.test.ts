/** Every example of the repository, imported and run on a real n8n as a user does. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DOCUMENTS, fillChoices, fillExample, fillSettings, nodeOf } from '../../scripts/demo/example';
import { runByTrigger } from '../../scripts/demo/byTrigger';
import { type Execution, itemsOf } from '../../scripts/n8nClient';
import { openStage, type Stage, STAGE_TIMEOUT_MS } from '../support/n8nStage';

const MANUAL = 'When clicking ‘Execute workflow’';
const EXAMPLES = dirname(DOCUMENTS);

let stage: Stage;

beforeAll(async () => {
  const env = { N8N_EXPRESSION_ENGINE: 'legacy', N8N_RESTRICT_FILE_ACCESS_TO: `${EXAMPLES};/tmp` };
  stage = await openStage({ sandbox: { runMs: 200 }, n8n: { env } });
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

beforeEach(() => stage.sandbox.reset());

const settings = () => ({ documentsFolder: DOCUMENTS, documentsUrl: `${stage.sandbox.url}/_sandbox/documents`, moreInvoices: 24, tableFile: `${stage.server.folder}/results.csv` });

const errorOf = ({ status, data }: Execution) => [status, data.resultData.error?.message];

/** Imports an example that starts by hand, adapts its settings and runs it to a good end. */
async function runExample(file: string, values: Record<string, unknown>): Promise<Execution> {
  const { client } = stage.server;
  const { id } = await client.createWorkflow(fillSettings(fillChoices(file, stage.credential, stage.sandbox.workflowId), values));
  const execution = await client.waitForExecution(await client.runWorkflow(id, MANUAL));
  expect(errorOf(execution)).toEqual(['success', undefined]);
  return execution;
}

const rowsOf = (execution: Execution, node: string) => itemsOf(execution, node).map(({ json }) => json);

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split('\n');

describe('three ways to results', () => {
  it('a) Wait: Poll gives each result on its item', async () => {
    const { client } = stage.server;
    const { id } = await client.createWorkflow(fillExample(stage.credential, stage.sandbox.workflowId, settings()));
    const execution = await client.waitForExecution(await client.runWorkflow(id, MANUAL));
    expect(errorOf(execution)).toEqual(['success', undefined]);
    const rows = itemsOf(execution, 'Results').map(({ json }) => json);
    expect(rows).toHaveLength(30);
    expect(rows.every(({ status, invoiceNumber }) => status === 'PROCESSED' && invoiceNumber)).toBe(true);
  }, 120_000);

  it('b) Extend Trigger in a second workflow receives each result', async () => {
    const { inputs, results } = await runByTrigger(stage.server.client, stage.credential, stage.sandbox.workflowId, settings(), () => {});
    expect(inputs).toHaveLength(30);
    expect(results.map(({ pairedItem }) => (pairedItem as { item: number }).item).sort((a, b) => a - b)).toEqual(inputs.map((_, i) => i));
  }, 120_000);

  it('c) the loop sleeps in the database, survives a crash of n8n, and goes on when the batch is done', async () => {
    const { client } = stage.server;
    const workflow = fillSettings(fillChoices('nightly-batch.json', stage.credential, stage.sandbox.workflowId), { documents: 12 });
    stage.sandbox.configure({ runMs: 60_000 });
    const { id } = await client.createWorkflow(workflow);
    const executionId = await client.runWorkflow(id, MANUAL);
    await until(async () => (await client.getExecution(executionId)).status === 'waiting');
    const waiting = await client.getExecution(executionId);
    expect(itemsOf(waiting, 'Get Batch Results', 1)).toMatchObject([{ json: { inputCount: 12, progress: { total: 12, ended: 0 } } }]);
    await stage.server.stop(0);
    await stage.server.start();
    stage.sandbox.configure({ runMs: 1 });
    const execution = await client.waitForExecution(executionId, { timeoutMs: 180_000 });
    expect(errorOf(execution)).toEqual(['success', undefined]);
    const rows = itemsOf(execution, 'Results').map(({ json }) => json);
    const expected = Array.from({ length: 12 }, (_, i) => ({ invoiceNumber: `INV-${20001 + i}`, status: 'PROCESSED', total: (i + 1) * 10 }));
    expect([...rows].sort((a, b) => String(a.invoiceNumber).localeCompare(String(b.invoiceNumber)))).toEqual(expected);
    expect(stage.sandbox.ledger().batches).toHaveLength(1);
    expect(stage.sandbox.ledger().runs).toHaveLength(12);
  }, 300_000);

  it('c) keeps the pairing of items through the loop with one item per input', async () => {
    const { client } = stage.server;
    const workflow = fillSettings(fillChoices('nightly-batch.json', stage.credential, stage.sandbox.workflowId), { documents: 5 });
    nodeOf(workflow, 'Batch Run Workflow').parameters.output = 'perInput';
    nodeOf(workflow, 'Wait').parameters.amount = 1;
    const { assignments } = nodeOf(workflow, 'Results').parameters as { assignments: { assignments: Array<{ value: unknown }> } };
    (assignments.assignments[0] as { value: unknown }).value = "={{ $('New Documents').item.json.invoiceNumber }} {{ $json.outputs.Invoice.invoiceNumber }}";
    stage.sandbox.configure({ runMs: 2500 });
    const { id } = await client.createWorkflow(workflow);
    const execution = await client.waitForExecution(await client.runWorkflow(id, MANUAL));
    expect(errorOf(execution)).toEqual(['success', undefined]);
    expect(execution.data.resultData.runData['Get Batch Results']?.length).toBeGreaterThan(1);
    expect(itemsOf(execution, 'Results').map(({ json }) => json.invoiceNumber).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `INV-2000${n} INV-2000${n}`));
  }, 120_000);
});

describe('sources', () => {
  it('rows of a spreadsheet get what was read of their documents, or why there is nothing', async () => {
    const tableFile = join(stage.server.folder, 'checked.csv');
    const execution = await runExample('spreadsheet-rows.json', { spreadsheetFile: join(EXAMPLES, 'invoices.csv'), documentsUrl: `${stage.sandbox.url}/_sandbox/documents`, tableFile });
    const rows = rowsOf(execution, 'Results').map(({ invoice, supplier, status, total, matches }) => [invoice, supplier, status, total, matches]);
    expect(rows.sort()).toEqual([
      ['INV-50001', 'Acme Tools', 'PROCESSED', 1249, true],
      ['INV-50002', 'Bright Paper', 'PROCESSED', 88.4, true],
      ['INV-50003', 'Cobalt Freight', 'PROCESSED', 3210.75, false],
      ['INV-50004', 'Dune Catering', 'NOT_SENT', null, false],
      ['INV-50005', 'Elm Security', 'FAILED', null, false],
      ['INV-50006', 'Acme Tools', 'PROCESSED', 47.1, true],
    ]);
    const [names, ...lines] = linesOf(tableFile);
    expect(names).toMatch(/invoice,supplier,status,expected,total,matches,reason$/);
    expect(lines.find((line) => line.startsWith('INV-50004'))).toMatch(/NOT_SENT,410,,FALSE,.*File URL is empty$/);
    expect(lines.find((line) => line.startsWith('INV-50005'))).toMatch(/FAILED,615\.2,,FALSE,The file could not be downloaded/);
    expect(stage.sandbox.ledger().runs).toHaveLength(5);
  }, 120_000);

  it('every attachment of an email becomes a document, with sender and subject on its result', async () => {
    const execution = await runExample('email-attachments.json', { fileEndings: 'PDF, txt', emails: 3 });
    const rows = rowsOf(execution, 'Results').map(({ sender, subject, attachment, status, invoiceNumber, total }) => [sender, subject, attachment, status, invoiceNumber, total]);
    const row = (sender: string, part: number, n: number) => {
      const invoiceNumber = `INV-${60000 + (part - 1) * 10 + n}`;
      return [sender, `Invoices, part ${part}`, `${invoiceNumber}.txt`, 'PROCESSED', invoiceNumber, Number(`${part}${n}.5`)];
    };
    const [anna, bright, cobalt] = ['anna@acme-tools.example', 'billing@bright-paper.example', 'office@cobalt-freight.example'] as const;
    expect(rows).toEqual([row(anna, 1, 1), row(anna, 1, 2), row(bright, 2, 1), row(bright, 2, 2), row(bright, 2, 3), row(cobalt, 3, 1), row(cobalt, 3, 2)]);
    const { batches, files } = stage.sandbox.ledger();
    expect(batches.map(({ inputCount }) => inputCount)).toEqual([7]);
    expect(files.map(({ name }) => name)).not.toContain('logo.png');
  }, 120_000);

  it('a folder goes out in batches; what cannot be submitted has a table of its own', async () => {
    const [submittedFile, notSubmittedFile] = ['submitted.csv', 'not-submitted.csv'].map((name) => join(stage.server.folder, name)) as [string, string];
    const values = { storageUrl: 'https://storage.example.com/invoices', prefix: 'inbox/', objects: 1105, maximumInputs: 1094, submittedFile, notSubmittedFile };
    await runExample('folder-to-batches.json', values);
    const { batches } = stage.sandbox.ledger();
    expect(batches.map(({ inputCount }) => inputCount).sort()).toEqual([1000, 94]);
    const submitted = linesOf(submittedFile).slice(1).map((line) => line.split(','));
    expect(new Set(submitted.map(([key]) => key)).size).toBe(1094);
    expect(new Set(submitted.map(([, batchId]) => batchId))).toEqual(new Set(batches.map(({ batchId }) => batchId)));
    const notSubmitted = linesOf(notSubmittedFile).slice(1);
    expect(notSubmitted).toHaveLength(11);
    expect(notSubmitted[0]).toMatch(/^inbox\/INV-70100\.pdf,GLACIER,Item 99: File URL is empty,/);

    // One document more than the user allows: nothing is sent, and every object says why.
    const refused = await runExample('folder-to-batches.json', { ...values, maximumInputs: 1093 });
    expect(stage.sandbox.ledger().batches).toHaveLength(2);
    expect(itemsOf(refused, 'Submitted')).toEqual([]);
    const why = rowsOf(refused, 'Not Submitted');
    expect(new Set(why.map(({ key }) => key)).size).toBe(1105);
    expect(why.every(({ error, whatToDo }) => error === '1,094 inputs, but Maximum Inputs is 1,093' && String(whatToDo).startsWith('Nothing was sent.'))).toBe(true);
  }, 120_000);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
