/** The panels as n8n gets them. Expressions count by what they come to, so that they may be written anew. */
import { Expression, type INode, type INodeParameters, type INodeType, NodeHelpers, Workflow } from 'n8n-workflow';
import { ExtendApi } from '../../credentials/ExtendApi.credentials';
// With its extension: a loader may take the codex file beside it, Extend.node.json, instead.
import { Extend } from '../../nodes/Extend/Extend.node.ts';
import { resources } from '../../nodes/Extend/actions';
import { ExtendTrigger } from '../../nodes/ExtendTrigger/ExtendTrigger.node.ts';
import { readable } from '../support/readable';

Expression.setExpressionEngine?.('legacy');

/** What the editor shows of a node with these parameters: the line below its name, and its outputs. */
function shown(type: INodeType, parameters: INodeParameters) {
  const node: INode = { id: '1', name: 'Node', type: 'any', typeVersion: 1, position: [0, 0], parameters };
  const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type, getKnownTypes: () => ({}) };
  const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
  const { subtitle } = type.description;
  const inWorkflow = workflow.getNode('Node') as INode;
  return {
    subtitle: workflow.expression.getSimpleParameterValue(inWorkflow, subtitle, 'manual', {}),
    outputs: NodeHelpers.getNodeOutputs(workflow, inWorkflow, type.description),
  };
}

const isLong = (value: unknown): boolean => typeof value === 'string' && value.startsWith('={{') && value.length > 100;
const description = ({ description: whole }: INodeType) => {
  const { subtitle, outputs, ...rest } = whole;
  expect(JSON.stringify(rest, (_, value: unknown) => (isLong(value) ? 'LONG EXPRESSION' : value))).not.toContain('LONG EXPRESSION');
  expect([subtitle, outputs]).toEqual([expect.stringMatching(/^=/), expect.stringMatching(/^=/)]);
  return readable(rest);
};

const operations = resources.flatMap(({ value: resource, operations: own }) => own.map(({ value: operation }) => ({ resource, operation })));

const EXTEND: INodeParameters[] = [
  {},
  ...operations,
  ...operations.map((chosen) => ({ ...chosen, options: { separateRunning: true } })),
  { resource: 'workflowRun', operation: 'getBatchResults', options: { separateRunning: false } },
  { resource: 'workflowRun', operation: 'unheardOf' },
  { resource: 'unheardOf', operation: 'get' },
];

const EVENTS = [
  [],
  ['workflow_run.completed'],
  ['workflow_run.completed', 'workflow_run.failed'],
  ['workflow_run.completed', 'workflow.created'],
  ['workflow_run.failed', 'extract_run.failed'],
  ['workflow_run.failed', 'extract_run.failed', 'workflow.created', 'workflow_run.needs_review'],
  ['some.new_event'],
  ['some.new_event', 'workflow_run.completed'],
];
const TRIGGER: INodeParameters[] = [{}, ...EVENTS.flatMap((events) => [false, true].map((separateOutputs) => ({ events, options: { separateOutputs } })))];

it.each([
  ['Extend', new Extend()],
  ['Extend Trigger', new ExtendTrigger()],
])('%s: the whole description but for its expressions', (_, type) => {
  expect(description(type)).toMatchSnapshot();
});

it.each([
  ['Extend', new Extend(), EXTEND],
  ['Extend Trigger', new ExtendTrigger(), TRIGGER],
])('%s: what its expressions come to', (_, type, table) => {
  expect(readable(table.map((parameters) => ({ parameters, ...shown(type, parameters) })))).toMatchSnapshot();
});

it('the credential: its fields', () => {
  expect(readable(new ExtendApi().properties)).toMatchSnapshot();
});
