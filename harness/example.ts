import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CredentialRef, NodeJson, WorkflowJson } from './n8nClient';

const EXAMPLES = join(__dirname, '../examples');

export const DOCUMENTS = join(EXAMPLES, 'documents');
export const TRIGGER = 'When clicking ‘Execute workflow’';
export const SOURCE_NODE = 'All Invoices';
export const EXTEND_NODE = 'Batch Run Workflow';
export const TABLE_NODE = 'Results';

export const documentCount = (): number => readdirSync(DOCUMENTS).filter((name) => name.endsWith('.pdf')).length;

/** Values of the node "Settings" of the example. */
export interface ExampleSettings {
  documentsFolder: string;
  documentsUrl: string;
  moreInvoices: number;
  tableFile: string;
}

/** The example as it would be after a user has made the choices it asks for. */
export const fillExample = (credential: CredentialRef, workflowId: string, settings: ExampleSettings): WorkflowJson =>
  fillSettings(fillChoices('invoices-to-results.json', credential, workflowId), settings);

/** The workflow of the second form that submits and ends. */
export const fillSubmitter = (credential: CredentialRef, workflowId: string, settings: ExampleSettings): WorkflowJson =>
  fillSettings(fillChoices('submit-invoices.json', credential, workflowId), settings);

/** The workflow of the second form that receives each result. */
export const fillReceiver = (credential: CredentialRef, workflowId: string): WorkflowJson =>
  fillChoices('receive-results.json', credential, workflowId);

/** An example with a credential and a workflow chosen in each of its Extend nodes, as a user does after the import. */
export function fillChoices(file: string, credential: CredentialRef, workflowId: string): WorkflowJson {
  const workflow = load(file);
  for (const { type, parameters, ...node } of workflow.nodes) {
    if (!type.startsWith('n8n-nodes-extend.')) continue;
    nodeOf(workflow, node.name).credentials = { extendApi: credential };
    if ('workflow' in parameters) parameters.workflow = byId(workflowId);
    if ('workflows' in parameters) parameters.workflows = { values: [{ workflow: byId(workflowId) }] };
  }
  return workflow;
}

const load = (file: string): WorkflowJson => JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as WorkflowJson;

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

export function nodeOf({ nodes }: WorkflowJson, name: string): NodeJson {
  const found = nodes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`The example has no node ${name}`);
  return found;
}

/** Sets what the node "Settings" of an example says. */
export function fillSettings(workflow: WorkflowJson, settings: ExampleSettings | Record<string, unknown>): WorkflowJson {
  const { assignments } = nodeOf(workflow, 'Settings').parameters as { assignments: { assignments: Array<{ name: string; value: unknown }> } };
  for (const assignment of assignments.assignments) assignment.value = (settings as Record<string, unknown>)[assignment.name];
  return workflow;
}
