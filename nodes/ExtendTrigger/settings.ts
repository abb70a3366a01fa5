import { type INode, type INodeProperties, NodeOperationError } from 'n8n-workflow';
import { show } from '../../extend/intake/problem';
import { plainText } from '../../extend/text';
import { isWorkflowScoped, NEW_WORKFLOW_EVENTS } from '../../extend/webhook/events';
import type { EventFilter, MetadataCondition } from '../../extend/webhook/filter';
import { hasExpression } from '../shared/fastParameters';
import { workflowIdOf } from '../shared/locator';
import { numberOf } from '../shared/readParameter';

/** The part of n8n's contexts that reads the panel without naming an item. */
export interface ParameterReader {
  getNode(): INode;
  getNodeParameter(name: string, fallback: unknown): unknown;
}

interface Options {
  batchIds?: unknown;
  largeResultSizeKb?: unknown;
  metadata?: { values?: Array<{ name?: unknown; value?: unknown }> };
}

export type WebhookSetup = 'automatic' | 'manual';

/** What the panel of the trigger says, as far as both registration and delivery need it. */
export interface TriggerSettings extends EventFilter {
  webhookSetup: WebhookSetup;
  largeResultSizeKb: number;
}

export const largeResultSize: INodeProperties = {
  displayName: 'Large Result Size (KB)',
  name: 'largeResultSizeKb',
  type: 'number',
  typeOptions: { minValue: 1 },
  // n8n itself takes 16 MB at most by default.
  default: 1024,
  description: 'Results above this size are sent as a link instead of in the event itself',
  displayOptions: { show: { '/webhookSetup': ['automatic'] } },
};

export const webhookSetupOf = (context: Pick<ParameterReader, 'getNodeParameter'>): WebhookSetup =>
  context.getNodeParameter('webhookSetup', 'automatic') as WebhookSetup;

/**
 * Whether the trigger subscribes to the runs of workflows that are created later. Extend offers no switch for all workflows, so
 * the trigger listens for new ones itself.
 */
export const followsNewWorkflows = ({ webhookSetup, workflowIds, events }: TriggerSettings): boolean =>
  webhookSetup === 'automatic' && workflowIds === undefined && events.some(isWorkflowScoped);

/** Events of the whole workspace that the endpoint must send: the chosen ones, and what the trigger itself needs. */
export const workspaceEventsOf = (settings: TriggerSettings): string[] => {
  const chosen = settings.events.filter((event) => !isWorkflowScoped(event));
  return followsNewWorkflows(settings) ? [...new Set([...chosen, ...NEW_WORKFLOW_EVENTS])] : chosen;
};

/**
 * Reads the panel of the trigger. A trigger has no input, so its parameters are the same for every event.
 * @throws NodeOperationError that names the field, when an expression gives what the field cannot take: a filter that is
 * dropped would let every event through, and one that is misread none
 */
export function readSettings(context: ParameterReader): TriggerSettings {
  const node = context.getNode();
  const chosen = context.getNodeParameter('workflows.values', []) as Array<{ workflow?: unknown }>;
  const { batchIds, largeResultSizeKb, metadata } = context.getNodeParameter('options', {}) as Options;
  const isSelected = context.getNodeParameter('workflowSelection', 'selected') === 'selected';
  return {
    webhookSetup: webhookSetupOf(context),
    events: context.getNodeParameter('events', []) as string[],
    ...(isSelected && { workflowIds: [...new Set(chosen.flatMap(({ workflow }) => workflowIdsOf(node, workflow)))] }),
    batchIds: batchIdsOf(node, batchIds),
    metadata: conditionsOf(node, metadata?.values ?? []),
    largeResultSizeKb: numberOf(node, largeResultSize, largeResultSizeKb),
  };
}

/**
 * The same before the trigger starts to listen, when it must have something to listen to.
 * @throws NodeOperationError
 */
export function readCompleteSettings(context: ParameterReader): TriggerSettings {
  const settings = readSettings(context);
  if (settings.events.length === 0) {
    throw refusal(context.getNode(), 'No event is chosen', 'Choose at least one event in the panel of the trigger.');
  }
  if (settings.events.some(isWorkflowScoped) && (settings.workflowIds?.length === 0 || settings.workflowIds?.includes(''))) {
    throw refusal(context.getNode(), 'No workflow is chosen', 'Workflow run events are sent per workflow. Choose one in each row of Selected Workflows, or choose All Workflows.');
  }
  return settings;
}

const refusal = (node: INode, message: string, description: string): NodeOperationError => new NodeOperationError(node, message, { description });

/** One value, or a list of them, as texts. A boolean can be a value, but no ID. */
function textsOf(node: INode, label: string, given: unknown, takesBooleans = false): string[] {
  return [given].flat().map((value) => {
    const text = typeof value === 'boolean' && !takesBooleans ? undefined : plainText(value ?? '');
    if (text === undefined) throw refusal(node, `${label} is not a text`, `Given: ${show(value)}. Enter a text, or let the expression return a text, a number or a list of them.`);
    return text;
  });
}

/** The IDs of one row; an empty one stays, so that it is not taken for a row that is not there. */
const workflowIdsOf = (node: INode, given: unknown): string[] => {
  const value = typeof given === 'object' && given !== null && 'value' in given ? given.value : given;
  return textsOf(node, 'Selected Workflows', value).map((text) => workflowIdOf(text));
};

function batchIdsOf(node: INode, given: unknown): string[] {
  const ids = given === undefined ? [] : textsOf(node, 'Batch IDs', given).flatMap((text) => text.split(/[\s,]+/).filter((id) => id !== ''));
  const { options } = node.parameters as { options?: { batchIds?: unknown } };
  // A field that was left empty filters nothing; an expression that gives nothing has failed.
  if (given !== undefined && ids.length === 0 && hasExpression(options?.batchIds)) {
    throw refusal(node, 'Batch IDs is empty', 'Check the expression, or remove the option to receive the events of all batches.');
  }
  return ids;
}

/** Conditions, those with the same name as one: any of its values will do. */
function conditionsOf(node: INode, rows: Array<{ name?: unknown; value?: unknown }>): MetadataCondition[] {
  const byName = new Map<string, string[]>();
  for (const row of rows) {
    const name = plainText(row.name ?? '');
    const values = textsOf(node, 'Metadata', row.value, true).filter((text) => text !== '');
    if (!name) throw refusal(node, 'Metadata has a condition without a name', 'Enter the name of a metadata value, such as customerId, or remove the condition.');
    if (values.length === 0) throw refusal(node, `Metadata has no value for "${name}"`, 'Enter a value, check the expression, or remove the condition.');
    byName.set(name, [...(byName.get(name) ?? []), ...values]);
  }
  return [...byName].map(([name, values]) => ({ name, values }));
}
