import { resources } from '../../nodes/Extend/actions';
import { EVENT_TYPES } from '../../extend/webhook/events';
import type { Editor } from '../../harness/editor';
import { type EditorStage, openEditorStage } from '../support/editorStage';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { expectSoon } from '../support/soon';

const WRONG_TOKEN = 'sk_wrong_and_easy_to_find_4711';

let stage: EditorStage;
let editor: Editor;

beforeAll(async () => {
  stage = await openEditorStage();
  editor = stage.editor;
  const start = { id: '00000000-0000-4000-8000-000000000001', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
  const { id } = await stage.server.client.createWorkflow({ name: 'First steps', nodes: [start], connections: {} });
  await editor.openWorkflow(id);
}, STAGE_TIMEOUT_MS);

afterEach(() => expect(editor.takeErrors()).toEqual([]));

afterAll(async () => await stage?.close());

const namesIn = async () => await editor.nodesPanel.getByTestId('node-creator-item-name').allInnerTexts();

describe('the nodes panel', () => {
  it('finds Extend by its name, with icon and description; n8n lists node and trigger as one', async () => {
    await editor.searchNodes('extend');
    await editor.entry('Extend').waitFor();

    const entry = editor.entry('Extend');
    expect(await entry.count()).toBe(1);
    expect(await entry.getByTestId('node-creator-item-description').innerText()).toMatch(/^Process documents with Extend .*start workflows/);
    expect(await entry.locator('img').first().evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
  });

  it.each(['extend.ai', 'OCR', 'document processing'])('finds it by %s', async (words) => {
    const search = editor.page.getByTestId('node-creator-search-bar');
    await search.fill('nothing has this name');
    await editor.page.getByTestId('node-creator-no-results').waitFor();
    await search.fill(words);
    await editor.entry('Extend').waitFor();
  });

  it('lists every action under its resource', async () => {
    await editor.entry('Extend').click();
    const actions = resources.flatMap(({ operations }) => operations.map(({ action }) => action));
    await expectSoon(namesIn, actions);
    const panel = await editor.nodesPanel.innerText();
    for (const { name } of resources) expect(panel).toContain(`${name} actions`.toUpperCase());
    expect(panel).toContain(`Actions (${actions.length})`);
  });

  it('lists every event as a trigger', async () => {
    const triggers = editor.nodesPanel.getByText(`Triggers (${EVENT_TYPES.length})`);
    await triggers.click();
    const events = async () => (await namesIn()).filter((name) => name.startsWith('On '));
    await expectSoon(async () => (await events()).length, EVENT_TYPES.length);
    expect((await events())[0]).toBe('On workflow run completed');
    await triggers.click();
  });

  it('puts an action on the canvas as a node that is named after it and set to it', async () => {
    await editor.entry('Batch run workflow').click();
    await editor.panel.waitFor();
    expect(await editor.parameter('resource').locator('input').inputValue()).toBe('Workflow Run');
    expect(await editor.parameter('operation').locator('input').inputValue()).toBe('Batch Run');
    expect(await editor.panel.getByTestId('node-title-container').innerText()).toBe('Batch run workflow');
  });
});

describe('the credential', () => {
  it('says what to check when the token is wrong, and is quiet when it is right', async () => {
    const dialog = await editor.openCredential();
    const connected = dialog.getByText('Connection tested successfully');
    await connected.waitFor();

    const save = async (token: string) => {
      await dialog.getByTestId('parameter-input-apiToken').locator('input').fill(token);
      await dialog.getByTestId('credential-save-button').click();
    };
    await save(WRONG_TOKEN);
    await dialog.getByText('More details').click();
    await dialog.getByText(/^Extend does not know this token in this region\. Check that the token is copied whole/).waitFor();
    expect(await connected.isVisible()).toBe(false);
    expect(await dialog.innerText()).not.toContain(WRONG_TOKEN);

    await save(stage.sandbox.token);
    await connected.waitFor();
  });

  it('shows a field only where it has a meaning', async () => {
    const dialog = editor.page.getByTestId('editCredential-modal');
    const select = async (name: string, label: string) => {
      await dialog.getByTestId(`parameter-input-${name}`).locator('input').first().click();
      await editor.page.getByTestId('parameter-input-item').filter({ visible: true }).getByText(label, { exact: true }).click();
    };
    const labels = async () => (await dialog.locator('label').allInnerTexts()).map((text) => text.split('\n')[0]?.trim());

    await select('region', 'EU');
    await select('plan', 'Scale');
    await expectSoon(labels, ['API Token *', 'Region', 'Workspace ID', 'Plan', 'Webhook Signing Secret', 'Allowed HTTP Request Domains']);
    await select('region', 'Custom Base URL');
    await select('plan', 'Custom');
    await expectSoon(labels, [
      ...['API Token *', 'Region', 'Base URL *', 'Ignore SSL Issues (Insecure)', 'Workspace ID', 'Plan', 'Requests per Second', 'Webhook Signing Secret'],
      'Allowed HTTP Request Domains',
    ]);
  });
});
