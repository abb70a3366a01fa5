/**
 * Name and outputs of Extend Trigger on the canvas: functions whose source is part of an expression, evaluated by n8n,
 * in its two expression engines, with the source that each of the two compilers makes of them.
 */
import { readFileSync } from 'node:fs';
import { type INode, type INodeTypes, NodeHelpers, Workflow } from 'n8n-workflow';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { ExtendTrigger } from '../../nodes/ExtendTrigger/ExtendTrigger.node';
import * as labels from '../../nodes/ExtendTrigger/labels';
import { editorExpression } from '../../nodes/shared/editorExpression';
import { useVmEngine } from '../support/vmEngine';

type Labels = typeof labels;

/** The module as it is published. */
function publishedLabels(): Labels {
  const file = require.resolve('../../nodes/ExtendTrigger/labels');
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS, removeComments: true };
  const { outputText } = transpileModule(readFileSync(file, 'utf8'), { compilerOptions });
  const modules: Record<string, unknown> = {
    '../../extend/webhook/events': jest.requireActual('../../extend/webhook/events'),
    '../shared/editorExpression': { editorExpression },
  };
  const exported = {};
  new Function('exports', 'require', outputText)(exported, (name: string) => modules[name]);
  return exported as Labels;
}

const DONE = 'workflow_run.completed';
const FAILED = 'workflow_run.failed';
const OTHER = 'extract_run.failed';
const separate = { separateOutputs: true };

const CASES: Array<[string, Record<string, unknown>, string, unknown]> = [
  ['no event', { events: [] }, '', ['main']],
  ['one event', { events: [DONE], options: separate }, 'Workflow Run: Completed', ['main']],
  ['like events', { events: [DONE, FAILED] }, 'Workflow Run: Completed, Failed', ['main']],
  ['like events apart', { events: [DONE, FAILED], options: separate }, 'Workflow Run: Completed, Failed', ['Completed', 'Failed']],
  ['events of several things', { events: [FAILED, OTHER], options: separate }, '2 events', ['Workflow Run: Failed', 'Extract Run: Failed']],
  ['an event that has no label', { events: ['page.read', DONE], options: separate }, '2 events', ['page.read', 'Completed']],
];

const shownOf = (outputs: unknown): unknown[] =>
  (outputs as Array<string | { displayName: string }>).map((output) => (typeof output === 'string' ? output : output.displayName));

const engines: Array<['legacy' | 'vm', () => Promise<() => Promise<void>>]> = [
  ['legacy', async () => async () => {}],
  ['vm', useVmEngine],
];

describe.each(engines)('with the %s engine', (_, start) => {
  let stop: () => Promise<void>;
  beforeAll(async () => (stop = await start()));
  afterAll(async () => await stop());

  describe.each<[string, Labels]>([
    ['tests', labels],
    ['the package', publishedLabels()],
  ])('as compiled for %s', (__, { subtitle, outputs }) => {
    it.each(CASES)('%s', async (___, parameters, name, names) => {
      const type = new ExtendTrigger();
      type.description.outputs = outputs;
      const node: INode = { id: '1', name: 'T', type: 't', typeVersion: 1, position: [0, 0], parameters: parameters as INode['parameters'] };
      const nodeTypes = { getByNameAndVersion: () => type, getByName: () => type, getKnownTypes: () => ({}) } as INodeTypes;
      const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
      await workflow.expression.acquireIsolate();
      try {
        expect(workflow.expression.getSimpleParameterValue(node, subtitle, 'internal', {})).toBe(name);
        expect(shownOf(NodeHelpers.getNodeOutputs(workflow, node, type.description))).toEqual(names);
      } finally {
        await workflow.expression.releaseIsolate();
      }
    });
  });
});

describe('an expression that carries a function', () => {
  it('hands over the parameters of the node, then constants', () => {
    const expression = editorExpression(({ a }: { a: number }, b: number[], c: string) => [a, ...b, c], [2, 3], "it's");
    const run = new Function('$parameter', `return ${expression.slice(3, -2)}`) as (parameters: unknown) => unknown;
    expect(run({ a: 1 })).toEqual([1, 2, 3, "it's"]);
  });

  it('is refused when n8n would end it too early', () => {
    expect(() => editorExpression((_: unknown, given: object) => given, { inner: { deep: 1 } })).toThrow('two braces in a row');
  });
});
