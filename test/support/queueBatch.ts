import { createHash } from 'node:crypto';
import type { LedgerDelivery, LedgerFile, LedgerRequest, LedgerRun } from '../../sandbox';
import { type CredentialRef, type Execution, type Item, type WorkflowJson, itemsOf } from '../../harness/n8nClient';
import { byId, chain, node } from './queueStage';

export const START = 'Start';
export const FILES = 'Files';
export const EXTEND = 'Extend';

const numberOf = (i: number): string => `INV-${i}`;
/** What the document of an item says; the sandbox reads the number and the total from it. */
const textOf = (i: number): string => `Invoice ${numberOf(i)}, total ${i}.50 EUR`;

/** Start → a text file on each item, kept where n8n keeps files → Batch Run. */
export const submitter = (inputs: number, credential: CredentialRef, workflowId: string): WorkflowJson =>
  chain(
    'Submit',
    [
      node(START, 'n8n-nodes-base.manualTrigger'),
      node(FILES, 'n8n-nodes-base.convertToFile', {
        typeVersion: 1.1,
        parameters: { operation: 'toText', sourceProperty: 'text', binaryPropertyName: 'data', options: { fileName: '={{ $json.invoiceNumber }}.txt' } },
      }),
      node(EXTEND, 'n8n-nodes-extend.extend', {
        credentials: { extendApi: credential },
        parameters: {
          resource: 'workflowRun',
          operation: 'batchRun',
          workflow: byId(workflowId),
          fileSource: 'binary',
          metadataMode: 'fields',
          metadataFields: { values: [{ name: 'invoiceNumber', value: `={{ $('${START}').item.json.invoiceNumber }}` }] },
          options: { uploadsAtOnce: 20 },
        },
      }),
    ],
    { pinData: { [START]: Array.from({ length: inputs }, (_, i) => ({ json: { invoiceNumber: numberOf(i), text: textOf(i) } })) } },
  );

interface Result {
  batchId: string;
  workflowRunId: string;
  metadata: { invoiceNumber: string };
  source: { executionId: string; nodeName: string; itemIndex: number };
  outputs: { Invoice: { invoiceNumber: string; total: number } };
}

/**
 * What is wrong with the results of the events: not exactly one, or not of the item whose document was uploaded. The
 * metadata, the values read from the document, and the server's own books must all name the same item.
 */
export function misplaced(events: Map<string, Item[]>, submission: Execution, runs: LedgerRun[], files: LedgerFile[]): string[] {
  const batches = new Set(itemsOf(submission, EXTEND).map(({ json }) => json.batchId));
  const runById = new Map(runs.map((run) => [run.id, run]));
  const fileById = new Map(files.map((file) => [file.id, file]));
  const seen = new Set<number>();
  const problems: string[] = [];
  for (const [eventId, items] of events) {
    const { batchId, workflowRunId, metadata, source, outputs } = items[0]?.json as unknown as Result;
    const i = source.itemIndex;
    const run = runById.get(workflowRunId);
    const bytes = fileById.get(run?.fileIds[0] ?? '')?.sha256;
    const right =
      items.length === 1 &&
      !seen.has(i) &&
      batches.has(batchId) &&
      run?.batchId === batchId &&
      (run.metadata.n8n as { itemIndex: number }).itemIndex === i &&
      bytes === createHash('sha256').update(textOf(i)).digest('hex') &&
      source.executionId === submission.id &&
      source.nodeName === EXTEND &&
      metadata.invoiceNumber === numberOf(i) &&
      outputs.Invoice.invoiceNumber === numberOf(i) &&
      outputs.Invoice.total === i + 0.5;
    seen.add(i);
    if (!right) problems.push(`${eventId}: ${JSON.stringify(items)}`);
  }
  return problems;
}

/** How fast it was. */
export function figures(submission: Execution, deliveries: LedgerDelivery[], requests: LedgerRequest[]): string {
  const { runData } = submission.data.resultData as { runData: Record<string, Array<{ executionTime?: number }>> };
  const secondsOf = (name: string) => ((runData[name]?.[0]?.executionTime ?? 0) / 1000).toFixed(1);
  const rate = (times: number[]) => (times.length / ((Math.max(...times) - Math.min(...times)) / 1000)).toFixed(0);
  const uploads = requests.filter(({ path }) => path === '/files/upload').map(({ at }) => at);
  return `files made in ${secondsOf(FILES)} s, submitted in ${secondsOf(EXTEND)} s (${rate(uploads)} uploads/s), ${rate(deliveries.map(({ at }) => at))} events/s`;
}
