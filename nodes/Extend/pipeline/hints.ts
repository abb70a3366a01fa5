import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isFailure, isTerminal } from '../../../extend/api/statuses';
import type { CancelReport } from '../../../extend/results/cancel';
import type { Accepted } from '../../../extend/submission/outcome';
import { count } from './words';

const show = (context: IExecuteFunctions, message: string, type: 'info' | 'warning' = 'info'): void =>
  context.addExecutionHints({ message, type, location: 'outputPane' });

/** Tells the builder, above the output, what became of the input items. */
export function hintSubmitted(context: IExecuteFunctions, accepted: Accepted[], reported: number): void {
  const documents = accepted.reduce((sum, { chunk }) => sum + chunk.inputs.length, 0);
  if (accepted.length > 0) {
    const batches = count(accepted.length, 'batch', 'batches');
    show(context, `${count(documents, 'document')} in ${batches} submitted to Extend`);
  }
  if (reported > 0) {
    show(context, `${count(reported, 'item')} not submitted; see the items with an error`, 'warning');
  }
}

/** Tells what skipping documents that were submitted before came to, and what it cost. */
export function hintLookedBack(context: IExecuteFunctions, skipped: number, reads: number): void {
  if (skipped === 0 && reads === 0) return;
  show(context, `${count(skipped, 'document')} skipped as already submitted; ${count(reads, 'earlier run')} read to find out`);
}

export const hintNoInput = (context: IExecuteFunctions): void =>
  show(context, 'There are no items, so nothing was sent to Extend');

export const hintPlanned = (context: IExecuteFunctions, documents: number, batches: number): void =>
  show(context, `Dry run: ${count(documents, 'document')} would go out in ${count(batches, 'batch', 'batches')}. Nothing was sent.`);

/** Counts results by how they ended, with a warning where somebody should look. */
export function hintResults(context: IExecuteFunctions, results: INodeExecutionData[]): void {
  const statuses = results.map(({ json }) => (typeof json.status === 'string' ? json.status : ''));
  const failed = statuses.filter(isFailure).length;
  const review = statuses.filter((status) => status === 'NEEDS_REVIEW').length;
  const processed = statuses.filter((status) => status === 'PROCESSED').length;
  const open = results.filter(({ json }) => json.timedOut === true || !isTerminal(String(json.status))).length;
  const attention = [
    failed > 0 && `${count(failed, 'document')} failed`,
    review > 0 && `${count(review, 'document')} waiting for review`,
    open > 0 && `${count(open, 'document')} not done yet`,
  ].filter(Boolean);
  const parts = [processed > 0 && `${count(processed, 'document')} processed`, ...attention].filter(Boolean);
  if (parts.length > 0) show(context, parts.join(', '), attention.length > 0 ? 'warning' : 'info');
}

export function hintNotCancelled(context: IExecuteFunctions, { batchId, listed, failed, notListed }: CancelReport): void {
  if (listed === 0) show(context, `Extend lists no runs of ${batchId}: check the ID, or try again in a minute`, 'warning');
  if (failed.length > 0) show(context, `${count(failed.length, 'run')} of ${batchId} could not be cancelled`, 'warning');
  if (listed > 0 && notListed > 0) show(context, `${count(notListed, 'document')} of ${batchId} had no run yet and may still be processed`, 'warning');
}
