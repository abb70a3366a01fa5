/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowJson } from '../../harness/n8nClient';
import type { Editor } from '../../harness/editor';
import { type EditorStage, openEditorStage } from '../support/editorStage';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';

const EXAMPLES = join(__dirname, '../../examples');

let stage: EditorStage;
let editor: Editor;

beforeAll(async () => {
  stage = await openEditorStage();
  editor = stage.editor;
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

/** Notes whose text is cut off, or has a node on it: what of them is to be seen. */
const badNotes = async () =>
  await editor.page.evaluate(() => {
    const nodes = [...document.querySelectorAll('[data-test-id="canvas-node"] [data-test-id="canvas-default-node"], [data-test-id="canvas-trigger-node"]')].map((node) => node.getBoundingClientRect());
    return [...document.querySelectorAll('[data-test-id="sticky"]')].flatMap((note) => {
      const frame = note.getBoundingClientRect();
      const texts = document.createTreeWalker(note, NodeFilter.SHOW_TEXT);
      const lines: DOMRect[] = [];
      while (texts.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        lines.push(...range.getClientRects());
      }
      const cut = lines.some(({ bottom }) => bottom > frame.bottom);
      const covered = lines.some((line) => nodes.some((node) => line.left < node.right && line.right > node.left && line.top < node.bottom && line.bottom > node.top));
      return cut || covered ? [`${cut ? 'cut' : 'covered'}: ${(note.textContent ?? '').trim().slice(0, 40)}`] : [];
    });
  });

it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.json')))('%s: every note can be read as a whole', async (name) => {
  const workflow = JSON.parse(readFileSync(join(EXAMPLES, name), 'utf8')) as WorkflowJson;
  const { id } = await stage.server.client.createWorkflow(workflow);
  await editor.openWorkflow(id);
  const notes = editor.page.getByTestId('sticky');
  await notes.first().waitFor();
  const shown = workflow.nodes.filter(({ type }) => type.endsWith('stickyNote'));
  expect(await notes.count()).toBe(shown.length);
  expect(await badNotes()).toEqual([]);
});
