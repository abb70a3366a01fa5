import { randomUUID } from 'node:crypto';
import type { Editor } from '../../harness/editor';
import { type EditorStage, openEditorStage } from '../support/editorStage';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { expectSoon } from '../support/soon';

let stage: EditorStage;
let editor: Editor;

/** One canvas for all tests, with a trigger for each; by name, what differs from a trigger that is set up. */
const TRIGGERS: Record<string, Record<string, unknown>> = {
  Ready: {},
  Unfinished: { workflows: { values: [{ workflow: { __rl: true, mode: 'list', value: '' } }] } },
  Tested: {},
  Manual: {},
  All: {},
  Account: { events: ['workflow.created', 'extract_run.failed'] },
  'One event': { events: ['workflow_run.completed'] },
  'Like events': { events: ['workflow_run.completed', 'workflow_run.failed'], options: { separateOutputs: true } },
  'Other events': { events: ['workflow_run.failed', 'extract_run.failed'], options: { separateOutputs: true } },
};
const PER_ROW = 3;

const webhookIds = new Map(Object.keys(TRIGGERS).map((name) => [name, randomUUID()]));

beforeAll(async () => {
  stage = await openEditorStage({ sandbox: { deliveryBackoffMs: 100 } });
  editor = stage.editor;
  const workflow = { __rl: true, mode: 'list', value: stage.sandbox.workflowId, cachedResultName: 'Invoices' };
  const nodes = Object.entries(TRIGGERS).map(([name, parameters], i) => ({
    id: randomUUID(),
    name,
    type: 'n8n-nodes-extend.extendTrigger',
    typeVersion: 1,
    position: [(i % PER_ROW) * 300, Math.floor(i / PER_ROW) * 200] as [number, number],
    parameters: { workflows: { values: [{ workflow }] }, ...parameters },
    credentials: { extendApi: stage.credential },
    webhookId: webhookIds.get(name),
  }));
  const { id } = await stage.server.client.createWorkflow({ name: 'Receive', nodes, connections: {} });
  await editor.openWorkflow(id);
}, STAGE_TIMEOUT_MS);

afterEach(() => expect(editor.takeErrors()).toEqual([]));

afterAll(async () => await stage?.close());

const endpoints = () => stage.sandbox.ledger().endpoints;

describe('the panel of Extend Trigger', () => {
  afterEach(async () => await editor.closeNode());

  it('shows its fields, the most important first', async () => {
    await editor.openNode('Ready');
    expect(await editor.labels()).toEqual(['Trigger On', 'Workflows', 'Selected Workflows', 'Webhook Setup', 'Simplify', 'Options']);
    expect(await editor.panel.getByTestId('parameter-issues').count()).toBe(0);
  });

  it('points out that no workflow is chosen', async () => {
    await editor.openNode('Unfinished');
    await expectSoon(async () => await editor.panel.getByTestId('parameter-issues').filter({ visible: true }).count(), 1);
    expect(await editor.page.getByTestId('node-execute-button').isEnabled()).toBe(false);
  });

  it('says when it runs the workflow, and shows both URLs', async () => {
    await editor.openNode('Ready');
    const webhookId = webhookIds.get('Ready');
    await editor.panel.getByText('Receive events from Extend').waitFor();
    await editor.panel.getByText(/Publish the workflow to receive every event\. Until then only test events arrive/).waitFor();
    await editor.panel.getByText('When will this node trigger my flow?').click();
    await editor.panel.getByText(/the test URL is registered with Extend and waits for one event/).waitFor();
    await editor.panel.getByText(/the production URL is registered and every event starts an execution/).waitFor();
    await editor.panel.getByText('executions list').waitFor();

    await editor.panel.getByText('Webhook URLs').click();
    const url = async () => (await editor.panel.getByTestId('webhook-url-item').or(editor.panel.getByText(/webhook(-test)?\//)).first().innerText()).replace(/\s/g, '');
    await expectSoon(async () => (await url()).includes(`/webhook-test/${webhookId}/extend`), true);
    await editor.panel.getByText('Production URL', { exact: true }).click();
    await expectSoon(async () => (await url()).includes(`/webhook/${webhookId}/extend`), true);
  });

  it('explains what manual setup takes', async () => {
    await editor.openNode('Manual');
    await editor.choose('webhookSetup', 'Manual');
    await editor.panel.getByText(/^In the Extend dashboard, create a webhook endpoint with API version .* the production URL above .* webhook subscription in each workflow\. Enter the signing secret/).waitFor();
  });

  it('asks for no workflow when it listens to all', async () => {
    await editor.openNode('All');
    await editor.choose('workflowSelection', 'All Workflows');
    await expectSoon(async () => (await editor.labels()).includes('Selected Workflows'), false);
  });

  it('asks for workflows only where an event belongs to one', async () => {
    await editor.openNode('Account');
    expect(await editor.labels()).toEqual(['Trigger On', 'Webhook Setup', 'Simplify', 'Options']);
  });
});

describe('a test of the trigger', () => {
  it('registers the test URL, shows the event that arrives, and cleans up', async () => {
    await editor.openNode('Tested');
    const webhookId = webhookIds.get('Tested');
    await editor.executeStep();
    await editor.panel.getByText('Listening for test event').waitFor();
    await expectSoon(async () => endpoints().map(({ url }) => url.includes(`/webhook-test/${webhookId}/extend`)), [true]);

    await stage.sandbox.deliver({ endpointId: endpoints()[0]?.id ?? '', eventType: 'workflow_run.completed', eventId: 'event_seen' });
    await editor.output.getByText('event_seen').first().waitFor();
    await expectSoon(async () => endpoints(), []);
    await editor.closeNode();
  });
});

describe('Extend Trigger on the canvas', () => {
  it.each([
    ['One event', 'Workflow Run: Completed'],
    ['Like events', 'Workflow Run: Completed, Failed'],
    ['Other events', '2 events'],
  ])('says below its name what it listens to: %s', async (name, subtitle) => {
    await editor.node(name).getByText(subtitle, { exact: true }).waitFor();
  });

  it.each([
    ['One event', ['']],
    ['Like events', ['Completed', 'Failed']],
    ['Other events', ['Workflow Run: Failed', 'Extract Run: Failed']],
  ])('names its outputs as short as can be: %s', async (name, labels) => {
    const outputs = editor.node(name).getByTestId('canvas-node-output-handle');
    await expectSoon(async () => (await outputs.allInnerTexts()).map((text) => text.trim()), labels);
  });
});
