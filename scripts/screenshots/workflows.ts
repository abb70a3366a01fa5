import { join } from 'node:path';
import { DOCUMENTS, fillExample, fillReceiver } from '../../harness/example';
import type { CredentialRef, NodeJson, WorkflowJson } from '../../harness/n8nClient';

/** Where the pictures get their data from. */
export interface Source {
  credential: CredentialRef;
  sandboxUrl: string;
  workflowId: string;
}

const MORE_INVOICES = 1200;

/** Of the small workflow. */
export const BATCH_RUN = 'Batch run workflow';

const INVOICES = [
  ['INV-2031', 'Acme Tools', 1250.4],
  ['INV-2032', 'Bright Paper', 86.9],
  ['INV-2033', 'Cobalt Freight', 4310.25],
  ['INV-2034', 'Dune Catering', 402.75],
  ['INV-2035', 'Acme Tools', 99.5],
] as const;

const fromList = (workflowId: string) => ({ __rl: true, mode: 'list', value: workflowId, cachedResultName: 'Invoices' });

/** A workflow as someone has it who chose Extend's workflow from the list. */
function chosenFromList(workflow: WorkflowJson, workflowId: string): WorkflowJson {
  const byId = JSON.stringify({ __rl: true, mode: 'id', value: workflowId });
  return JSON.parse(JSON.stringify(workflow).replaceAll(byId, JSON.stringify(fromList(workflowId)))) as WorkflowJson;
}

/** "Invoices to results" with all its documents. */
export function example({ credential, sandboxUrl, workflowId }: Source, folder: string): WorkflowJson {
  const settings = {
    documentsFolder: DOCUMENTS,
    documentsUrl: `${sandboxUrl}/_sandbox/documents`,
    moreInvoices: MORE_INVOICES,
    tableFile: join(folder, 'results.csv'),
  };
  return chosenFromList(fillExample(credential, workflowId, settings), workflowId);
}

/** "Receive results". */
export const receiver = ({ credential, workflowId }: Source): WorkflowJson =>
  chosenFromList(fillReceiver(credential, workflowId), workflowId);

/** A few addresses of invoices, and the node that turns them into results. */
export function fewInvoices({ credential, workflowId }: Source): WorkflowJson {
  const node = (name: string, type: string, more: Partial<NodeJson> = {}): NodeJson => ({
    id: `node-${type}`,
    name,
    type,
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    ...more,
  });
  const parameters = {
    resource: 'workflowRun',
    operation: 'batchRun',
    workflow: fromList(workflowId),
    fileUrl: '={{ $json.url }}',
    metadataMode: 'fields',
    metadataFields: { values: [{ name: 'invoiceNumber', value: '={{ $json.invoiceNumber }}' }] },
    waitForCompletion: 'poll',
  };
  // The sandbox contacts no other machine: it finds what it extracts in the address.
  const items = INVOICES.map(([invoiceNumber, vendor, total]) => {
    const content = encodeURIComponent(`from ${vendor}, total ${total} EUR`);
    return { json: { invoiceNumber, vendor, url: `https://example.com/${invoiceNumber}.pdf#${content}` } };
  });
  return {
    name: 'Invoices',
    nodes: [
      node('Invoices', 'n8n-nodes-base.manualTrigger'),
      node(BATCH_RUN, 'n8n-nodes-extend.extend', { position: [240, 0], parameters, credentials: { extendApi: credential } }),
    ],
    connections: { Invoices: { main: [[{ node: BATCH_RUN, type: 'main', index: 0 }]] } },
    settings: { executionOrder: 'v1' },
    pinData: { Invoices: items },
  };
}
