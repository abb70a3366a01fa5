import { randomUUID } from 'node:crypto';
import { DOCUMENTS, fillChoices, fillSettings, nodeOf } from '../../../harness/example';
import type { Execution, WorkflowJson } from '../../../harness/n8nClient';
import { extendWorkflow, type Stage, TRIGGER } from '../../support/n8nStage';
import { errorOf, MANUAL, rowsOf, until } from './run';

const TEXTS = ['Invoice INV-1, total 10.00 EUR', 'Invoice INV-2, total 20.00 EUR NEEDS REVIEW', 'Invoice INV-3, total 30.00 EUR NEEDS REVIEW'] as const;

/** What starts on its own: documents that are done, workflows that fail. */
export function events(stage: () => Stage): void {
  const example = (file: string): WorkflowJson => fillChoices(file, stage().credential, stage().sandbox.workflowId);

  const publish = async (workflow: WorkflowJson): Promise<string> => {
    const { id } = await stage().server.client.createWorkflow(workflow);
    await stage().server.client.activateWorkflow(id);
    return id;
  };

  /** The executions of a workflow once there are that many, and all are over. */
  const executions = async (workflowId: string, count: number): Promise<Execution[]> => {
    const { client } = stage().server;
    await until(async () => (await client.executionIds(workflowId)).length >= count);
    const ids = await client.executionIds(workflowId);
    expect(ids).toHaveLength(count);
    return await Promise.all(ids.map(async (id) => await client.waitForExecution(id)));
  };

  it('a document is booked, goes to a reviewer, or is archived; after its review it is booked or archived', async () => {
    const { sandbox, credential, server } = stage();
    const id = await publish(example('human-review.json'));
    await until(() => sandbox.ledger().subscriptions.length === 1);
    // The secret is saved right after the subscription.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const workflow = { __rl: true, mode: 'id', value: sandbox.workflowId };
    const parameters = { operation: 'batchRun', workflow, fileSource: 'text', text: '={{ $json.text }}' };
    const submitter = await server.client.createWorkflow(extendWorkflow(TEXTS.map((text) => ({ json: { text } })), credential, parameters));
    await server.client.runWorkflow(submitter.id, TRIGGER);

    const before = await executions(id, 3);
    expect(before.map(errorOf)).toEqual(Array(3).fill(['success', undefined]));
    const [clear, approved, rejected] = TEXTS.map((text) => sandbox.ledger().runs.find(({ input }) => (input as { text: string }).text === text)?.id ?? '');
    expect(before.flatMap((execution) => rowsOf(execution, 'Book Invoice'))).toEqual([{ invoiceNumber: 'INV-1', total: 10, currency: 'EUR', workflowRunId: clear }]);
    const messages = before.flatMap((execution) => rowsOf(execution, 'Send Message'));
    expect(messages.map(({ to }) => to)).toEqual(['reviewer@example.com', 'reviewer@example.com']);
    const linked = messages.map(({ text }) => /here: https:\/\/dashboard\.extend\.ai\/\S+\/(\S+)$/.exec(String(text))?.[1]);
    expect(linked.sort()).toEqual([approved, rejected].sort());

    sandbox.review(approved ?? '', 'approve');
    sandbox.review(rejected ?? '', 'reject');
    const after = await executions(id, 5);
    expect(after.flatMap((execution) => rowsOf(execution, 'Book Invoice')).map(({ invoiceNumber }) => invoiceNumber).sort()).toEqual(['INV-1', 'INV-2']);
    const archived = after.flatMap((execution) => rowsOf(execution, 'Archive Document'));
    expect(archived).toMatchObject([{ workflowRunId: rejected, reason: 'The reviewer rejected the document' }]);
    await server.client.deactivateWorkflow(id);
  }, 120_000);

  it('the error workflow says what happened, what to do, and which batches were accepted', async () => {
    const { sandbox, server } = stage();
    const errorWorkflow = await publish(example('error-workflow.json'));
    // n8n calls the error workflow of published workflows only, so this one starts by a request.
    const path = randomUUID();
    const failing = fillSettings(example('submit-invoices.json'), { documentsFolder: DOCUMENTS, documentsUrl: '', moreInvoices: 24 });
    Object.assign(nodeOf(failing, MANUAL), { type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path, parameters: { httpMethod: 'POST', path, options: {} } });
    (nodeOf(failing, 'Batch Run Workflow').parameters.options as Record<string, unknown>).inputsPerBatch = 20;
    const id = await publish({ ...failing, settings: { ...failing.settings, errorWorkflow } });
    const body = { code: 'USAGE_BLOCKED', message: 'The organization is out of credits', retryable: false, requestId: 'req_17' };
    sandbox.fault({ method: 'POST', path: '/workflow_runs/batch', nth: 2, fault: { kind: 'status', status: 402, body } });
    await until(async () => (await fetch(`${server.url}/webhook/${path}`, { method: 'POST' })).ok);

    const [failed] = await executions(id, 1);
    expect(failed && errorOf(failed)).toEqual(['error', 'The Extend organization has no credits left']);
    const [called] = await executions(errorWorkflow, 1);
    const [accepted] = sandbox.ledger().batches;
    expect(sandbox.ledger().batches).toHaveLength(1);
    const [message] = called ? rowsOf(called, 'Send Message') : [];
    expect(message).toMatchObject({ subject: 'Submit invoices failed: The Extend organization has no credits left', batches: [accepted?.batchId], executionUrl: expect.stringMatching(`/workflow/${id}/executions/${failed?.id}$`) as string });
    const lines = String(message?.text).split('\n');
    expect(lines[0]).toBe('The workflow "Submit invoices" stopped at the node "Batch Run Workflow".');
    for (const part of ['out of credits', 'Add credits', `1 batch with ${accepted?.inputCount} inputs (${accepted?.batchId})`, 'twice', 'req_17']) expect(lines[2]).toContain(part);
    expect(lines.at(-1)).toBe(`Execution: ${String(message?.executionUrl)}`);
    await server.client.deactivateWorkflow(id);
    await server.client.deactivateWorkflow(errorWorkflow);
  }, 120_000);
}
