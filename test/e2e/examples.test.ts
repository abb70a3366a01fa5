/** Every example of the repository, imported and run on a real n8n as a user does. */
import { DOCUMENTS, fillChoices, fillExample, fillSettings, nodeOf } from '../../harness/example';
import { runByTrigger } from '../../scripts/demo/byTrigger';
import { itemsOf } from '../../harness/n8nClient';
import { openStage, type Stage, STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { agent } from './examples/agent';
import { events } from './examples/events';
import { EXAMPLES, errorOf, MANUAL, until } from './examples/run';
import { sources } from './examples/sources';

let stage: Stage;

beforeAll(async () => {
  const env = { N8N_EXPRESSION_ENGINE: 'legacy', N8N_RESTRICT_FILE_ACCESS_TO: `${EXAMPLES};/tmp` };
  stage = await openStage({ sandbox: { runMs: 200 }, n8n: { env } });
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

beforeEach(() => stage.sandbox.reset());

const settings = () => ({ documentsFolder: DOCUMENTS, documentsUrl: `${stage.sandbox.url}/_sandbox/documents`, moreInvoices: 24, tableFile: `${stage.server.folder}/results.csv` });

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

// They share the server, which takes its time to start.
describe('sources', () => sources(() => stage));
describe('events and errors', () => events(() => stage));
describe('an AI agent', () => agent(() => stage));
