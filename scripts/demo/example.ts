import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CredentialRef, WorkflowJson } from '../n8nClient';

const EXAMPLES = join(__dirname, '../../examples');

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
export function fillExample(credential: CredentialRef, workflowId: string, settings: ExampleSettings): WorkflowJson {
  const workflow = JSON.parse(readFileSync(join(EXAMPLES, 'invoices-to-results.json'), 'utf8')) as WorkflowJson;
  const node = (name: string) => {
    const found = workflow.nodes.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`The example has no node ${name}`);
    return found;
  };
  const extend = node(EXTEND_NODE);
  extend.credentials = { extendApi: credential };
  extend.parameters.workflow = { __rl: true, mode: 'id', value: workflowId };
  const { assignments } = node('Settings').parameters as { assignments: { assignments: Array<{ name: string; value: unknown }> } };
  for (const assignment of assignments.assignments) assignment.value = settings[assignment.name as keyof ExampleSettings];
  return workflow;
}
