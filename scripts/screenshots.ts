/** Takes the pictures of docs/images from a real n8n with this package and the sandbox, in light and dark: npm run screenshots. */
import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { startSandbox } from '../sandbox';
import { DOCUMENTS } from '../harness/example';
import type { N8nClient } from '../harness/n8nClient';
import { ensureN8n } from '../harness/n8nRuntime';
import { N8nServer } from '../harness/n8nServer';
import { pack } from '../harness/pack';
import { BATCH_RUN, example, fewInvoices, receiver, type Source } from './screenshots/workflows';
import { launchChromium } from '../harness/chromium';
import { Editor, EDITOR_WINDOW } from '../harness/editor';
import { program } from './support/program';

const IMAGES = join(__dirname, '../docs/images');
const MAX_BYTES = 150 * 1024;
const RUN_TIMEOUT_MS = 300_000;
/** The nodes before and after the open one stick out at the edges of its panel. */
const NO_NEIGHBOURS = '[data-test-id="floating-nodes"] { visibility: hidden }';
/** Menus open and messages go within this time. */
const SETTLE_MS = 1000;
/** The dialog of a credential is as high as the window allows. */
const HIGH_WINDOW = { width: 1280, height: 1000 };

type Take = (name: string, part?: Locator) => Promise<void>;

program(async (stack) => {
  const runtime = await ensureN8n();
  const { file: tarball } = await pack();
  const sandbox = await startSandbox({ runMs: 300 });
  stack.defer(sandbox.close);
  const env = { N8N_RESTRICT_FILE_ACCESS_TO: `${DOCUMENTS};${tmpdir()}` };
  const server = stack.use(await N8nServer.create({ runtime, tarball, editor: true, env }));
  await server.start();
  const browser = await launchChromium();
  stack.defer(async () => await browser.close());
  await mkdir(IMAGES, { recursive: true });

  const data = { apiToken: sandbox.token, region: 'custom', baseUrl: sandbox.url, plan: 'enterprise' };
  const credential = await server.client.createCredential({ name: 'Extend API', type: 'extendApi', data });
  const source = { credential, sandboxUrl: sandbox.url, workflowId: sandbox.workflowId };
  for (const colorScheme of ['light', 'dark'] as const) {
    await using editor = await Editor.open(browser, server.url, { colorScheme });
    const take: Take = async (name, part) => {
      await editor.page.waitForTimeout(SETTLE_MS);
      await editor.dismissMessages();
      await editor.page.waitForTimeout(SETTLE_MS);
      const path = join(IMAGES, `${name}${colorScheme === 'dark' ? '-dark' : ''}.png`);
      await (part ?? editor.page).screenshot({ path, style: NO_NEIGHBOURS });
      const { size } = await stat(path);
      console.log(`${path}: ${(size / 1024).toFixed(0)} KB`);
      if (size > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES / 1024} KB`);
    };
    await takeCanvas(editor, take, server, source);
    await takeBatchRun(editor, take, server.client, source);
    await takeTrigger(editor, take, server.client, source);
  }
  return 0;
});

/** The example after a run, and the nodes panel beside it. */
async function takeCanvas(editor: Editor, take: Take, server: N8nServer, source: Source): Promise<void> {
  const { id } = await server.client.createWorkflow(example(source, server.folder));
  await editor.openWorkflow(id);
  await editor.page.getByTestId('execute-workflow-button').click();
  await editor.node('Write CSV File').getByTestId('canvas-node-status-success').waitFor({ timeout: RUN_TIMEOUT_MS });
  await take('canvas');
  await editor.searchNodes('extend');
  await editor.entry('Extend').click();
  await editor.entry('Batch run workflow').waitFor();
  await take('nodes-panel');
}

/** The panel of Batch Run with results, and the empty credential as one finds it at first. */
async function takeBatchRun(editor: Editor, take: Take, client: N8nClient, source: Source): Promise<void> {
  const { id } = await client.createWorkflow(fewInvoices(source));
  await editor.openWorkflow(id);
  await editor.openNode(BATCH_RUN);
  await editor.executeStep();
  await editor.output.getByText('PROCESSED').first().waitFor();
  await editor.input.getByTestId('radio-button-table').click();
  await editor.output.getByTestId('radio-button-schema').click();
  await take('batch-run', editor.panel);

  await editor.page.setViewportSize(HIGH_WINDOW);
  await editor.page.getByTestId('node-credentials-select').click();
  await editor.page.getByTestId('node-credentials-select-item-new').click();
  const dialog = editor.page.getByTestId('editCredential-modal');
  await dialog.getByText('API Token').waitFor();
  await take('credential', dialog);
  await editor.page.setViewportSize(EDITOR_WINDOW);
}

/** The panel of Extend Trigger with its explanation. */
async function takeTrigger(editor: Editor, take: Take, client: N8nClient, source: Source): Promise<void> {
  const { id } = await client.createWorkflow(receiver(source));
  await editor.openWorkflow(id);
  await editor.openNode('Extend Trigger');
  await editor.panel.getByText('When will this node trigger my flow?').click();
  await take('trigger', editor.panel);
}
