import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Outcome } from '../../../extend/submission/submit';
import type { ExtendClient } from '../../../transport/client';
import { inTurns } from '../../shared/yielding';
import { type Skipped, skippedItems } from './alreadySubmitted';
import { hintResults, hintSubmitted } from './hints';
import type { BatchOptions } from './read';
import type { Settings } from './settings';
import { failedItems, isAccepted, itemPerBatch, itemsPerInput } from './report';
import { waitForResults } from './wait';

interface Submitted {
  context: IExecuteFunctions;
  client: ExtendClient;
  options: BatchOptions;
  settings: Settings;
  simplify: boolean;
  /** Whether a second run of the node recognises what was submitted. */
  recognises: boolean;
}

/**
 * What comes out of the node.
 * @param failed error items of inputs that were not even submitted
 */
export async function output(
  { context, client, options, settings, simplify, recognises }: Submitted,
  outcomes: Outcome[],
  skipped: Skipped,
  failed: INodeExecutionData[],
): Promise<INodeExecutionData[]> {
  const accepted = outcomes.filter(isAccepted);
  const { items: skippedBefore, failed: repeatsOfFailed } = skippedItems(context, skipped, accepted);
  const reported = [
    ...failed,
    ...outcomes.flatMap((outcome) => (isAccepted(outcome) ? [] : failedItems(context, outcome, recognises))),
    ...repeatsOfFailed,
  ];
  const waits = context.getNodeParameter('waitForCompletion', 0, 'off') === 'poll';
  // Of documents whose results come out, the results say enough.
  hintSubmitted(context, waits ? [] : accepted, reported.length);

  const includeInput = options.includeInput ?? false;
  if (waits) {
    const results = await waitForResults(context, client, accepted, skipped, {
      timeLimit: settings.timeLimit,
      failAtTimeLimit: options.onTimeLimit === 'fail',
      simplify,
      includeConfidence: options.includeConfidence ?? false,
      includeInput,
      recognises,
    });
    hintResults(context, results);
    return [...results, ...reported];
  }
  if (context.getNodeParameter('output', 0, 'perBatch') !== 'perInput') {
    return [...accepted.map(itemPerBatch), ...skippedBefore, ...reported];
  }
  const input = context.getInputData();
  const submitted: INodeExecutionData[] = [];
  await inTurns(accepted, (outcome) => submitted.push(...itemsPerInput(outcome)));
  const all = [...submitted, ...skippedBefore].sort((a, b) => Number(a.json.itemIndex) - Number(b.json.itemIndex));
  if (includeInput) await inTurns(all, (item) => (item.json.input = input[Number(item.json.itemIndex)]?.json ?? {}));
  return [...all, ...reported];
}
