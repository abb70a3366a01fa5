import type { Sandbox } from '../sandbox';
import { byId, onSandbox } from './onSandbox';
import { clientOf, until } from './sandboxClient';

/** What is in the account when a call begins. */
export interface Account {
  workflowId: string;
  /** Runs of every kind: one alone, the others of the batch. */
  workflowRunIds: string[];
  batchId: string;
  fileIds: string[];
  /** Where documents can be downloaded: add `?pages=3` for a longer one. */
  documentUrl: string;
}

/** Documents that end in every way: the sandbox reads it in them; the last one cannot be downloaded. */
export const TEXTS = ['Invoice INV-17 from ACME Ltd, total 12.50 EUR', 'A letter that says FAIL', 'A letter that NEEDS REVIEW', 'A letter to REJECT'];
const missing = ({ url }: Sandbox): string => `${url}/_sandbox/documents/missing`;

/** An account with files, workflows, runs that have ended, and a batch. */
export async function account(sandbox: Sandbox): Promise<Account> {
  const filled = await fill(sandbox);
  const isOver = ({ status }: { status: string }) => status !== 'PENDING' && status !== 'PROCESSING';
  await until(() => sandbox.ledger().runs.every(isOver), 'the runs');
  return filled;
}

/** The same while the runs are still processed. */
export async function busyAccount(sandbox: Sandbox): Promise<Account> {
  sandbox.configure({ runMs: 60_000, cancelMs: 60_000 });
  return await fill(sandbox);
}

/** The same with a run that is processed, and one that waits for its turn. */
export async function workingAccount(sandbox: Sandbox): Promise<Account> {
  const filled = await account(sandbox);
  sandbox.configure({ runMs: 60_000, runsAtOnce: 1 });
  for (const text of TEXTS.slice(0, 2)) await clientOf(sandbox).workflowRuns.create({ workflow: { id: filled.workflowId }, file: { text } });
  return filled;
}

async function fill(sandbox: Sandbox): Promise<Account> {
  const client = clientOf(sandbox);
  const { workflowId } = sandbox;
  await client.workflows.create({ name: 'Letters' });
  await client.workflowVersions.create(workflowId, { name: 'With credit notes' });
  const note = await client.files.upload(new File(['Invoice INV-4, total 8 USD'], 'invoice-4.txt'), {});
  await client.files.retrieve(note.id);
  const unknown = await client.files.upload(new File(['?'], 'unknown'), {});
  const { json } = await onSandbox(() => sandbox)(
    'workflowRun',
    'batchRun',
    { workflow: byId(workflowId), fileSource: 'auto', fileUrl: '={{ $json.url }}', text: '={{ $json.text }}', metadataMode: 'json', metadataJson: '={{ { customerId: $json.customerId } }}' },
    [...TEXTS.map((text) => ({ text })), { url: missing(sandbox) }].map((document, i) => ({ ...document, customerId: `cust_${i + 1}` })),
  );
  await client.workflowRuns.create({ workflow: { id: workflowId }, file: { id: note.id } });
  return {
    workflowId,
    workflowRunIds: sandbox.ledger().runs.map(({ id }) => id),
    batchId: String(json[0]?.batchId),
    fileIds: [note.id, unknown.id],
    documentUrl: `${sandbox.url}/_sandbox/documents/invoice.pdf`,
  };
}
