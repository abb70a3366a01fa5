import { randomUUID } from 'node:crypto';
import type { Editor } from '../../scripts/support/editor';
import { type EditorStage, openEditorStage } from '../support/editorStage';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { expectSoon } from '../support/soon';

let stage: EditorStage;
let editor: Editor;

beforeAll(async () => {
  stage = await openEditorStage({ sandbox: { deliveryBackoffMs: 100 } });
  editor = stage.editor;
}, STAGE_TIMEOUT_MS);

beforeEach(() => stage.sandbox.reset());

afterEach(() => expect(editor.takeErrors()).toEqual([]));

afterAll(async () => await stage?.close());

const TRIGGER = 'Extend Trigger';

async function openCanvas(parameters: Record<string, unknown>): Promise<{ webhookId: string }> {
  const webhookId = randomUUID();
  const chosen = { __rl: true, mode: 'list', value: stage.sandbox.workflowId, cachedResultName: 'Invoices' };
  const node = {
    id: randomUUID(),
    name: TRIGGER,
    type: 'n8n-nodes-extend.extendTrigger',
    typeVersion: 1,
    position: [0, 0] as [number, number],
    parameters: { workflows: { workflow: [{ id: chosen }] }, ...parameters },
    credentials: { extendApi: stage.credential },
    webhookId,
  };
  const { id } = await stage.server.client.createWorkflow({ name: 'Receive', nodes: [node], connections: {} });
  await editor.openWorkflow(id);
  return { webhookId };
}

async function openPanel(parameters: Record<string, unknown> = {}): Promise<{ webhookId: string }> {
  const opened = await openCanvas(parameters);
  await editor.openNode(TRIGGER);
  return opened;
}

const endpoints = () => stage.sandbox.ledger().endpoints;

describe('the panel of Extend Trigger', () => {
  it('shows its fields, the most important first', async () => {
    await openPanel();
    expect(await editor.labels()).toEqual(['Trigger On', 'Workflows', 'Selected Workflows', 'Webhook Setup', 'Simplify', 'Options']);
    expect(await editor.panel.getByTestId('parameter-issues').count()).toBe(0);
  });

  it('points out that no workflow is chosen', async () => {
    await openPanel({ workflows: { workflow: [{ id: { __rl: true, mode: 'list', value: '' } }] } });
    expect(await editor.panel.getByTestId('parameter-issues').filter({ visible: true }).count()).toBe(1);
    expect(await editor.page.getByTestId('node-execute-button').isEnabled()).toBe(false);
  });

  it('says when it runs the workflow, and shows both URLs', async () => {
    const { webhookId } = await openPanel();
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
    await openPanel();
    await editor.choose('registration', 'Manual');
    await editor.panel.getByText(/^Create a webhook endpoint in the Extend dashboard with the production URL above .* enter its signing secret in the Extend API credential\./).waitFor();
  });

  it('explains what listening to all workflows means', async () => {
    await openPanel();
    await editor.choose('workflowSelection', 'All Workflows');
    await editor.panel.getByText(/^Extend subscribes each workflow on its own\. .* unpublished and published again\.$/).waitFor();
    await expectSoon(async () => (await editor.labels()).includes('Selected Workflows'), false);
  });

  it('asks for workflows only where an event belongs to one', async () => {
    await openPanel({ events: ['workflow.created', 'extract_run.failed'] });
    expect(await editor.labels()).toEqual(['Trigger On', 'Webhook Setup', 'Simplify', 'Options']);
  });
});

describe('a test of the trigger', () => {
  it('registers the test URL, shows the event that arrives, and cleans up', async () => {
    const { webhookId } = await openPanel();
    await editor.executeStep();
    await editor.panel.getByText('Listening for test event').waitFor();
    await expectSoon(async () => endpoints().map(({ url }) => url.includes(`/webhook-test/${webhookId}/extend`)), [true]);

    await stage.sandbox.deliver({ endpointId: endpoints()[0]?.id ?? '', eventType: 'workflow_run.completed', eventId: 'event_seen' });
    await editor.output.getByText('event_seen').first().waitFor();
    await expectSoon(async () => endpoints(), []);
  });
});

describe('Extend Trigger on the canvas', () => {
  it.each([
    [['workflow_run.completed'], 'Workflow Run: Completed'],
    [['workflow_run.completed', 'workflow_run.failed'], 'Workflow Run: Completed, Failed'],
    [['workflow_run.completed', 'workflow.created'], '2 events'],
  ])('says that it listens to %j', async (events, subtitle) => {
    await openCanvas({ events });
    await editor.node(TRIGGER).getByText(subtitle, { exact: true }).waitFor();
  });

  it.each([
    [['workflow_run.completed', 'workflow_run.failed'], ['Completed', 'Failed']],
    [['workflow_run.failed', 'extract_run.failed'], ['Workflow Run: Failed', 'Extract Run: Failed']],
  ])('names the outputs of %j', async (events, names) => {
    await openCanvas({ events, options: { separateOutputs: true } });
    const outputs = editor.node(TRIGGER).getByTestId('canvas-node-output-handle');
    await expectSoon(async () => (await outputs.allInnerTexts()).map((text) => text.trim()), names);
  });
});
