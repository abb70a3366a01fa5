/**
 * The package on older versions of n8n: what a user does with it, once, on each. The end-to-end tests say the same in detail
 * about the version that this project is built for.
 */
import { type Item, type NodeJson, type WorkflowJson, itemsOf } from '../../harness/n8nClient';
import { EXTEND, STAGE_TIMEOUT_MS, TRIGGER as START, credentialFor, extendWorkflow } from '../support/n8nStage';
import { TriggerStage, to, until } from '../support/triggerStage';

/** The oldest that is supported of each major version; N8N_VERSION asks for another one. */
const VERSIONS = process.env.N8N_VERSION ? [process.env.N8N_VERSION] : ['1.101.1', '2.0.0'];
const DOCUMENTS = 30;

const node = (name: string, type: string, parameters: NodeJson['parameters'], more: Partial<NodeJson> = {}): NodeJson => ({
  ...{ id: name, name, type, typeVersion: 1, position: [0, 0], parameters },
  ...more,
});

/** A workflow that emits the items and takes them through the nodes in their order. */
function chain(items: Item[], steps: NodeJson[]): WorkflowJson {
  const nodes = [node(START, 'n8n-nodes-base.manualTrigger', {}), ...steps];
  const connections = Object.fromEntries(steps.map(({ name }, i) => [nodes[i]?.name, { main: [to(name)] }]));
  return { name: 'Chain', nodes, connections, settings: { executionOrder: 'v1' }, pinData: { [START]: items } };
}

describe.each(VERSIONS)('on n8n %s', (version) => {
  let stage: TriggerStage;

  beforeAll(async () => {
    // Without its editor, an older n8n does not serve the list of its nodes.
    stage = await TriggerStage.open({ version, n8n: { editor: true } });
  }, STAGE_TIMEOUT_MS);

  afterAll(async () => await stage?.close());

  beforeEach(() => stage.sandbox.reset());

  it('both nodes and the credential are there', async () => {
    const nodes: Array<{ name: string }> = await stage.n8n.request('GET', '/types/nodes.json');
    const credentials: Array<{ name: string }> = await stage.n8n.request('GET', '/types/credentials.json');
    const names = [...nodes, ...credentials].map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['n8n-nodes-extend.extend', 'n8n-nodes-extend.extendTrigger', 'extendApi']));
  });

  it('the test of the credential tells a right token from a wrong one', async () => {
    const test = async (change: Record<string, unknown>) => {
      const data = credentialFor(stage.sandbox, change);
      return (await stage.n8n.testCredential({ ...stage.credential, type: 'extendApi', data })).status;
    };
    expect([await test({}), await test({ apiToken: 'sk_wrong' })]).toEqual(['OK', 'Error']);
  });

  it('Batch Run submits items, waits, and gives each its own result', async () => {
    const texts = Array.from({ length: DOCUMENTS }, (_, i) => ({ json: { text: `Invoice INV-${i}` } }));
    const workflow = extendWorkflow(texts, stage.credential, {
      operation: 'batchRun',
      workflow: { __rl: true, mode: 'id', value: stage.sandbox.workflowId },
      fileSource: 'text',
      text: '={{ $json.text }}',
      waitForCompletion: 'poll',
      options: { inputsPerBatch: 20 },
    });
    const { id } = await stage.n8n.createWorkflow(workflow);
    const execution = await stage.n8n.waitForExecution(await stage.n8n.runWorkflow(id, START));
    expect(execution.status).toBe('success');
    expect(itemsOf(execution, EXTEND).map(({ json, pairedItem }) => [json.status, json.outputs, pairedItem])).toEqual(
      texts.map((_, item) => ['PROCESSED', expect.objectContaining({ Invoice: expect.objectContaining({ invoiceNumber: `INV-${item}` }) }), { item }]),
    );
    expect(stage.sandbox.ledger().runs).toHaveLength(DOCUMENTS);
    expect(stage.sandbox.ledger().batches.map(({ inputCount }) => inputCount).sort()).toEqual([10, 20]);
  }, 60_000);

  it('a file that is uploaded from an item is the same when it is downloaded again', async () => {
    const text = 'Invoice INV-1, total 12.50 EUR, für Ödön\n'.repeat(5000);
    const credentials = { extendApi: stage.credential };
    const { id } = await stage.n8n.createWorkflow(
      chain([{ json: { text } }], [
        node('Make', 'n8n-nodes-base.convertToFile', { operation: 'toText', sourceProperty: 'text' }),
        node('Upload', 'n8n-nodes-extend.extend', { resource: 'file', operation: 'upload', simplify: false }, { credentials }),
        node('Download', 'n8n-nodes-extend.extend', { resource: 'file', operation: 'download', fileId: '={{ $json.id }}' }, { credentials }),
        node('Read', 'n8n-nodes-base.extractFromFile', { operation: 'text' }),
      ]),
    );
    const execution = await stage.n8n.waitForExecution(await stage.n8n.runWorkflow(id, START));
    expect(execution.data.resultData.error).toBeUndefined();
    expect(itemsOf(execution, 'Read').map(({ json }) => json.data)).toEqual([text]);
  }, 60_000);

  it('the trigger registers, refuses forgeries, receives each event once, also after a restart, and takes its endpoint away', async () => {
    const { id, endpointId } = await stage.listen();
    const deliver = async (order: object) => await stage.sandbox.deliver({ endpointId, ...order });
    expect(await deliver({ signature: 'forged' })).toEqual([401]);
    expect(await deliver({ eventId: 'event_1', times: 2 })).toEqual([200, 200]);
    await stage.executions(id);
    await stage.server.restart();
    expect(await deliver({ eventId: 'event_1' })).toEqual([200]);
    expect(await deliver({ eventId: 'event_2', payload: { batchId: 'batch_1' } })).toEqual([200]);
    await until(async () => (await stage.passedOn(id)).length === 2);
    expect((await stage.passedOn(id)).map(({ json }) => json.eventId).sort()).toEqual(['event_1', 'event_2']);
    expect((await stage.executions(id)).every(({ status }) => status === 'success')).toBe(true);
    expect(stage.endpoints.map((endpoint) => endpoint.id)).toEqual([endpointId]);
    await stage.n8n.deactivateWorkflow(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 180_000);
});
