import { fillChoices, nodeOf } from '../../../harness/example';
import { type CredentialRef, type Execution, itemsOf, type WorkflowJson } from '../../../harness/n8nClient';
import { type Answer, type FakeModel, startModel } from '../../support/fakeModel';
import type { Stage } from '../../support/n8nStage';
import { errorOf } from './run';

const CHAT = 'When chat message received';
/** A model pays for every character it reads. */
const SMALL_BYTES = 4000;

/** Extend nodes as tools: what the model is offered, what it gets to read, and what the user is told. */
export function agent(stage: () => Stage): void {
  let model: FakeModel;
  let modelCredential: CredentialRef;

  beforeAll(async () => {
    model = await startModel();
    modelCredential = await stage().server.client.createCredential({ name: 'OpenAI', type: 'openAiApi', data: { apiKey: 'sk-none', url: model.url } });
  });

  afterAll(() => model.close());

  /** The example, run by a user's message. */
  async function run(adapt: (workflow: WorkflowJson) => void = () => {}): Promise<Execution> {
    const { client } = stage().server;
    const workflow = fillChoices('ai-agent.json', stage().credential, stage().sandbox.workflowId);
    nodeOf(workflow, 'OpenAI Chat Model').credentials = { openAiApi: modelCredential };
    workflow.pinData = { [CHAT]: [{ json: { sessionId: 'session', action: 'sendMessage', chatInput: 'What about my document?' } }] };
    adapt(workflow);
    const { id } = await client.createWorkflow(workflow);
    return await client.waitForExecution(await client.runWorkflow(id, CHAT));
  }

  /** The model calls tools, and then answers. */
  async function chat(calls: Answer, adapt?: (workflow: WorkflowJson) => void): Promise<Execution> {
    model.willSay(calls, 'This is what I found.');
    const execution = await run(adapt);
    expect(errorOf(execution)).toEqual(['success', undefined]);
    expect(itemsOf(execution, 'AI Agent').map(({ json }) => json)).toEqual([{ output: 'This is what I found.' }]);
    return execution;
  }

  /** What the tools gave the model to read. */
  const read = (): string[] => (model.requests.at(-1)?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => String(content));

  const documentUrl = () => `${stage().sandbox.url}/_sandbox/documents/INV-9%20from%20Acme%20Tools,%20total%2012.50%20EUR.pdf`;

  it('reads a document and lists runs; the model gets little, and plain values', async () => {
    await chat([{ tool: 'Read_Document', input: { documentUrl: documentUrl() } }]);
    expect(stage().sandbox.ledger().runs.map(({ status, input }) => [status, (input as { url: string }).url])).toEqual([['PROCESSED', documentUrl()]]);
    const [run = ''] = read();
    expect(run.length).toBeLessThan(SMALL_BYTES);
    expect(JSON.parse(run)).toMatchObject([{ status: 'PROCESSED', outputs: { Kind: { type: 'invoice' }, Invoice: { invoiceNumber: 'INV-9', total: 12.5, currency: 'EUR' } } }]);
    expect(run).not.toContain('stepRuns');
    expect(model.requests[0]?.tools?.map(({ function: { name, description, parameters } }) => [name, description, parameters])).toEqual([
      ['List_Runs', expect.stringMatching(/^Lists the documents/), expect.objectContaining({ properties: { status: expect.objectContaining({ type: 'string' }) as object } })],
      ['Read_Document', expect.stringMatching(/^Reads the document/), expect.objectContaining({ properties: { documentUrl: expect.objectContaining({ type: 'string' }) as object } })],
    ]);

    await chat([{ tool: 'List_Runs', input: { status: '' } }, { tool: 'List_Runs', input: { status: 'FAILED' } }]);
    const [all = '', failed = ''] = read();
    expect(all.length).toBeLessThan(SMALL_BYTES);
    expect(JSON.parse(all)).toMatchObject([{ status: 'PROCESSED', files: [{ name: expect.stringMatching(/^INV-9/) as string }], dashboardUrl: expect.stringMatching(/^https:/) as string }]);
    expect(JSON.parse(failed)).toEqual([{ result: 'Nothing was found' }]);
  }, 120_000);

  it('tells the model in a sentence what is wrong with its call', async () => {
    const execution = await chat([{ tool: 'Read_Document', input: { documentUrl: 'my invoice' } }]);
    const error = 'File URL is not a web address. Given: "my invoice". Use a full address that starts with https:// or http:// and that Extend can reach. Nothing was sent.';
    expect(read().map((text) => JSON.parse(text) as unknown)).toEqual([[{ error }]]);
    // The builder sees the same on the tool.
    expect(execution.data.resultData.runData['Read Document']?.map(({ data }) => data)).toMatchObject([{ ai_tool: [[{ json: { error } }]] }]);
    expect(stage().sandbox.ledger().requests).toEqual([]);
  }, 120_000);

  it.each([3, 2.2])('tells an agent of version %s in a sentence what Extend refuses', async (version) => {
    const body = { code: 'USAGE_BLOCKED', message: 'The organization is out of credits', retryable: false, requestId: 'req_17' };
    stage().sandbox.fault({ method: 'POST', path: '/workflow_runs', fault: { kind: 'status', status: 402, body } });
    await chat([{ tool: 'Read_Document', input: { documentUrl: documentUrl() } }], (workflow) => (nodeOf(workflow, 'AI Agent').typeVersion = version));
    const [{ error }] = JSON.parse(read()[0] ?? '[{}]') as [{ error?: string }];
    expect(error).toMatch(/^The Extend organization has no credits left\. Extend says: The organization is out of credits\. Add credits .* No run was started\. Request ID: req_17\.$/);
    expect(stage().sandbox.ledger().runs).toEqual([]);
  }, 120_000);

  it('ends the workflow by the error when the builder wants it to', async () => {
    model.willSay([{ tool: 'Read_Document', input: { documentUrl: 'my invoice' } }]);
    const execution = await run((workflow) => (nodeOf(workflow, 'Read Document').onError = 'stopWorkflow'));
    expect(execution.status).toBe('error');
    expect(execution.data.resultData.error?.message).toContain('File URL is not a web address');
    expect(model.requests).toHaveLength(1);
  }, 120_000);
}
