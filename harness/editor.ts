import type { Browser, Locator, Page } from 'playwright-core';
import { OWNER } from './n8nServer';

/** A user waits a second at most, but this machine may be busy. */
const STEP_TIMEOUT_MS = 45_000;
const LOAD_TIMEOUT_MS = 120_000;

export const EDITOR_WINDOW = { width: 1280, height: 800 };

export interface EditorOptions {
  colorScheme?: 'light' | 'dark';
}

/** n8n's editor in a browser, by the parts that its user sees. */
export class Editor implements AsyncDisposable {
  /** Errors of the page since the last look; what was blocked on its way out of this machine is none. */
  private errors: string[] = [];

  private constructor(
    readonly page: Page,
    url: string,
  ) {
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
    page.setDefaultNavigationTimeout(LOAD_TIMEOUT_MS);
    page.on('pageerror', ({ message }) => this.errors.push(message));
    page.on('console', (message) => {
      const { url: source } = message.location();
      const isOutside = /^https?:/.test(source) && !source.startsWith(url);
      if (message.type() === 'error' && !isOutside) this.errors.push(`${message.text()} (${source})`);
    });
  }

  /** Opens the editor of a server and signs in as its owner. */
  static async open(browser: Browser, url: string, options: EditorOptions = {}): Promise<Editor> {
    const context = await browser.newContext({ baseURL: url, viewport: EDITOR_WINDOW, ...options });
    await context.route(
      ({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname !== '127.0.0.1',
      async (route) => await route.abort(),
    );
    const editor = new Editor(await context.newPage(), url);
    await editor.signIn();
    return editor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }

  private async signIn(): Promise<void> {
    await this.page.goto('/signin');
    await this.page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
    await this.page.locator('input[name="password"]').fill(OWNER.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.waitForURL(({ pathname }) => pathname.startsWith('/home'));
    // Before the sign-in, the editor asks who is there and gets 401.
    this.takeErrors();
  }

  takeErrors(): string[] {
    return this.errors.splice(0);
  }

  async openWorkflow(id: string): Promise<void> {
    await this.page.goto(`/workflow/${id}`);
    await this.page.getByTestId('canvas-node').first().waitFor();
  }

  node(name: string): Locator {
    return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
  }

  /** Opens the panel of a node. */
  async openNode(name: string): Promise<void> {
    await this.node(name).dblclick();
    await this.panel.waitFor();
  }

  async closeNode(): Promise<void> {
    await this.page.getByTestId('ndv-close-button').click();
    await this.panel.waitFor({ state: 'hidden' });
  }

  /** Closes what n8n has to tell, such as that a workflow has run. */
  async dismissMessages(): Promise<void> {
    const messages = this.page.locator('.el-notification__closeBtn').filter({ visible: true });
    for (const message of await messages.all()) await message.click();
  }

  get panel(): Locator {
    return this.page.getByTestId('ndv');
  }

  get input(): Locator {
    return this.page.getByTestId('ndv-input-panel');
  }

  get output(): Locator {
    return this.page.getByTestId('output-panel');
  }

  /** The control of a parameter of the open node, such as `fileSource` or `options.priority`. */
  parameter(path: string): Locator {
    return this.panel.locator(`[data-parameter-path="parameters.${path}"]`);
  }

  /** Chooses an entry of a drop-down by its label. */
  async choose(path: string, label: string): Promise<void> {
    await this.parameter(path).locator('input').first().click();
    const entries = this.page.getByTestId('parameter-input-item').filter({ visible: true });
    await entries.getByText(label, { exact: true }).click();
    await entries.first().waitFor({ state: 'hidden' });
  }

  /** Labels of the fields of the open node, from top to bottom; those inside of collections are left out. */
  async labels(): Promise<string[]> {
    const nested = '[data-test-id="parameter-item"] [data-test-id="parameter-item"] *';
    const labels = this.page.getByTestId('node-parameters').locator(`label[for]:not(${nested})`);
    return await labels.filter({ visible: true }).evaluateAll((all) => all.map((label) => label.querySelector('span')?.textContent?.trim() ?? ''));
  }

  /** Labels of the open node that are too long for their place. */
  async cutLabels(): Promise<string[]> {
    const texts = this.panel.locator('label[for] span').filter({ visible: true });
    return await texts.evaluateAll((all) => all.filter((text) => text.scrollWidth > text.clientWidth && text.children.length === 0).map((text) => text.textContent));
  }

  /** Runs the open node, and those before it that have not run. */
  async executeStep(): Promise<void> {
    await this.page.getByTestId('node-execute-button').click();
  }

  get nodesPanel(): Locator {
    return this.page.getByTestId('node-creator');
  }

  /** Opens the nodes panel and searches in it. */
  async searchNodes(text: string): Promise<void> {
    await this.page.getByTestId('node-creator-plus-button').click();
    await this.page.getByTestId('node-creator-search-bar').fill(text);
  }

  /** A node or an action in the nodes panel, by its whole name. */
  entry(name: string): Locator {
    const label = this.page.getByTestId('node-creator-item-name').getByText(name, { exact: true });
    return this.nodesPanel.getByTestId('item-iterator-item').filter({ has: label });
  }

  /** The dialog of the credential of the open node. */
  async openCredential(): Promise<Locator> {
    await this.panel.getByTestId('credential-edit-button').click();
    const dialog = this.page.getByTestId('editCredential-modal');
    await dialog.waitFor();
    return dialog;
  }
}
