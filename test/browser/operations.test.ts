import type { INodeParameters, INodeProperties } from 'n8n-workflow';
import type { Locator } from 'playwright-core';
import { resources } from '../../nodes/Extend/actions';
import type { Operation } from '../../nodes/Extend/actions/operation';
import type { Editor } from '../../harness/editor';
import { type EditorStage, openEditorStage } from '../support/editorStage';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { expectSoon } from '../support/soon';
import { controlsOf, isMissing, labelOf, offeredOptions, shownFields, valuesOf } from '../support/panel';

/** Every operation there is, whichever those are. */
const operations = resources.flatMap((resource) =>
  resource.operations.map((operation) => ({ resource, operation, title: `${resource.name}: ${operation.name}` })),
);
const NODES_PER_ROW = 6;

let stage: EditorStage;
let editor: Editor;

beforeAll(async () => {
  stage = await openEditorStage();
  editor = stage.editor;
  const nodes = operations.map(({ resource, operation, title }, i) => ({
    id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    name: title,
    type: 'n8n-nodes-extend.extend',
    typeVersion: 1,
    position: [(i % NODES_PER_ROW) * 240, Math.floor(i / NODES_PER_ROW) * 240] as [number, number],
    parameters: { resource: resource.value, operation: operation.value },
    credentials: { extendApi: stage.credential },
  }));
  const { id } = await stage.server.client.createWorkflow({ name: 'All operations', nodes, connections: {} });
  await editor.openWorkflow(id);
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

/** Holds the open panel against what it must show for these values. */
async function expectFields({ fields }: Operation, chosen: INodeParameters = {}): Promise<INodeProperties[]> {
  const shown = shownFields(fields, valuesOf(fields, chosen));
  const labels = shown.filter(({ type }) => type !== 'notice').map(({ displayName }) => displayName);
  await expectSoon(async () => [chosen, await editor.labels()], [chosen, ['Resource', 'Operation', ...labels]]);
  for (const { displayName } of shown.filter(({ type }) => type === 'notice')) {
    expect(await editor.panel.innerText()).toContain(displayName.replace(/<[^>]*>/g, ''));
  }
  return shown;
}

/** Makes a choice as a user does. */
async function set(field: INodeProperties, choice: string | boolean): Promise<void> {
  if (typeof choice === 'string') await editor.choose(field.name, labelOf(field, choice));
  else await editor.parameter(field.name).getByRole('switch').locator('..').click();
}

/** The "Add ..." button of a collection; a drop-down when there is a choice. */
function addButton({ placeholder = '' }: INodeProperties): Locator {
  const buttons = editor.panel.getByTestId('collection-parameter-add');
  return buttons.filter({ hasText: placeholder }).or(buttons.filter({ has: editor.page.locator(`[placeholder="${placeholder}"]`) }));
}

const offered = () => editor.page.getByTestId('collection-parameter-option').filter({ visible: true });

describe.each(operations)('$title', ({ resource, operation, title }) => {
  beforeEach(async () => await editor.openNode(title));

  afterEach(async () => {
    await editor.closeNode();
    expect(editor.takeErrors()).toEqual([]);
  });

  it('opens under its names, and shows its fields in order with the empty required ones marked', async () => {
    expect(await editor.parameter('resource').locator('input').inputValue()).toBe(resource.name);
    expect(await editor.parameter('operation').locator('input').inputValue()).toBe(operation.name);
    expect(await editor.cutLabels()).toEqual([]);
    const marked = (await expectFields(operation)).filter(isMissing).map(({ name }) => name);
    for (const name of marked) {
      expect([name, await editor.parameter(name).locator('..').getByTestId('parameter-issues').count()]).toEqual([name, 1]);
    }
    expect(await editor.panel.getByTestId('parameter-issues').filter({ visible: true }).count()).toBe(marked.length);
    expect(await editor.node(title).getByText(`${operation.name}: ${resource.name}`, { exact: true }).count()).toBe(1);
  });

  it('shows with each choice the fields that belong to it, and has no field that never shows', async () => {
    const seen = new Set<INodeProperties>();
    const explore = async (chosen: INodeParameters, known: Set<string>): Promise<void> => {
      const shown = await expectFields(operation, chosen);
      for (const field of shown) seen.add(field);
      const controls = controlsOf(operation).filter(({ field }) => shown.includes(field) && !known.has(field.name));
      const tried = new Set([...known, ...controls.map(({ field }) => field.name)]);
      for (const { field, choices } of controls) {
        for (const choice of [...choices, field.default as string | boolean]) {
          await set(field, choice);
          await explore({ ...chosen, [field.name]: choice }, tried);
        }
      }
    };
    await explore({}, new Set());
    const hidden = operation.fields.filter((field) => field.type !== 'hidden' && !seen.has(field));
    expect(hidden.map(({ name }) => name)).toEqual([]);
  });

  const collections = operation.fields.filter(({ type }) => type === 'collection');
  if (collections.length > 0) {
    it('offers its options, and each can be added', async () => {
      const values = valuesOf(operation.fields);
      for (const collection of shownFields(collections, values)) {
        const expected = offeredOptions(collection, values).map(({ displayName }) => displayName);
        for (const [i, label] of expected.entries()) {
          await addButton(collection).click();
          // With a single option the button adds it at once.
          if (expected.length > 1) {
            if (i === 0) await expectSoon(async () => await offered().allInnerTexts(), expected);
            await offered().getByText(label, { exact: true }).click();
          }
          await editor.panel.locator('label[for]').getByText(label, { exact: true }).waitFor();
        }
      }
      expect(await editor.cutLabels()).toEqual([]);
    });
  }
});
