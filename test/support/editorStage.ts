import type { Browser } from 'playwright-core';
import { launchChromium } from '../../harness/chromium';
import { Editor } from '../../harness/editor';
import { openStage, type Stage, type StageOptions } from './n8nStage';

// For all tests that use this stage: a step in the editor takes a second, or ten on a busy machine.
jest.setTimeout(180_000);

/** A real n8n with its editor open in a browser, signed in as the owner. */
export interface EditorStage extends Stage {
  editor: Editor;
}

export async function openEditorStage({ sandbox, n8n }: StageOptions = {}): Promise<EditorStage> {
  const stage = await openStage({ sandbox: { runMs: 100, ...sandbox }, n8n: { editor: true, ...n8n } });
  let browser: Browser | undefined;
  const close = async () => {
    try {
      await browser?.close();
    } finally {
      await stage.close();
    }
  };
  try {
    browser = await launchChromium();
    return { ...stage, editor: await Editor.open(browser, stage.server.url), close };
  } catch (error) {
    await close();
    throw error;
  }
}
