import type { INodeExecutionData } from 'n8n-workflow';
import type { CheckedInput } from '../../../extend/intake/draft';
import type { ResultRow } from '../../../extend/results/rows';
import { type Accepted, isAccepted, isFailed, type Outcome } from '../../../extend/submission/outcome';
import type { Chunk } from '../../../extend/submission/plan';
import { forEachYielding, mapYielding } from '../../shared/yielding';
import { failedItems } from './explain';
import { hintResults, hintSubmitted } from './hints';
import type { Job } from './job';
import type { Repeat, Skipped } from './recognise';
import { resultOf, toItem } from './resultItems';
import { plannedRepeats, skippedRows } from './skipped';
import { waitForResults } from './wait';

/** What became of the inputs. */
interface Submission {
  outcomes: Outcome[];
  skipped: Skipped;
  /** Error items of inputs that were not even submitted. */
  failed: INodeExecutionData[];
  /** Items whose results are simplified. */
  simplified: ReadonlySet<number>;
}

const itemsOf = (inputs: Array<{ itemIndex: number }>): number[] => inputs.map(({ itemIndex }) => itemIndex);

/** The item that an output item comes from, for the order of the output. */
const firstItem = ({ pairedItem }: INodeExecutionData): number => ([pairedItem].flat()[0] as { item: number } | undefined)?.item ?? 0;
const firstOf = ({ items }: ResultRow): number => (items.length === 1 ? (items[0] as number) : Number.MAX_SAFE_INTEGER);

/** What all inputs of a request have in common. */
const sharedJson = ({ submitter: { kind } }: Job, { target, priority }: Pick<Chunk, 'target' | 'priority'>) => ({
  [`${kind.target}Id`]: target.id,
  ...(target.version !== undefined && { [`${kind.target}Version`]: target.version }),
  ...(priority !== undefined && { priority }),
});

const batchJson = (job: Job, { chunk, batchId, submissionKey }: Accepted) => ({
  batchId,
  ...sharedJson(job, chunk),
  submissionKey,
  inputCount: chunk.inputs.length,
});

/** One row per accepted batch or run, or one per input. */
async function submittedRows(job: Job, accepted: Accepted[], simplified: ReadonlySet<number>): Promise<ResultRow[]> {
  const rows: ResultRow[] = [];
  const perInput = job.context.getNodeParameter('output', 0, 'perBatch') === 'perInput';
  const { includeConfidence } = job.options;
  await forEachYielding(accepted, (outcome) => {
    const items = itemsOf(outcome.chunk.inputs);
    if (outcome.run) {
      rows.push({ items, json: resultOf(job.submitter.kind, outcome.run, { simplify: simplified.has(items[0] as number), includeConfidence }) });
      return;
    }
    const json = batchJson(job, outcome);
    if (perInput) rows.push(...items.map((itemIndex) => ({ items: [itemIndex], json: { ...json, itemIndex } })));
    else rows.push({ items, json });
  });
  return rows;
}

/** The output of the node: what was submitted or its results, and what was not, with the reason. */
export async function report(job: Job, { outcomes, skipped, failed, simplified }: Submission): Promise<INodeExecutionData[]> {
  const { context, waits, starter, options } = job;
  const accepted = outcomes.filter(isAccepted);
  const { rows: skippedBefore, failed: repeatsOfFailed } = skippedRows(job, skipped, accepted);
  const reported = [...failed, ...outcomes.filter(isFailed).flatMap((outcome) => failedItems(job, outcome)), ...repeatsOfFailed];
  // Of documents whose results come out, the results say enough.
  if (starter === 'batchRun') hintSubmitted(context, waits ? [] : accepted, reported.length);

  const results = waits ? await waitForResults(job, accepted, skipped, simplified) : { rows: [...(await submittedRows(job, accepted, simplified)), ...skippedBefore], failed: [] };
  const ordered = waits || context.getNodeParameter('output', 0, 'perBatch') === 'perInput';
  const rows = ordered ? results.rows.sort((a, b) => firstOf(a) - firstOf(b)) : results.rows;
  // An item per batch has many sources, so there is no input to add.
  const includeInputData = options.includeInputData && (ordered || starter === 'run');
  const items = [...(await mapYielding(rows, (row) => toItem(context, row, includeInputData))), ...results.failed];
  if (waits) hintResults(context, items);
  const output = [...items, ...reported];
  return starter === 'run' ? output.sort((a, b) => firstItem(a) - firstItem(b)) : output;
}

/** One item per batch that a dry run would send, and one per input that it would skip. */
export function reportPlan(job: Job, planned: Chunk[], repeats: Repeat[], invalid: INodeExecutionData[]): INodeExecutionData[] {
  const rows = planned.map(({ inputs, bytes, ...shared }): ResultRow => ({
    items: itemsOf(inputs),
    json: {
      dryRun: true,
      ...sharedJson(job, shared),
      inputCount: inputs.length,
      uploadCount: inputs.filter(({ files }: CheckedInput) => files.some((file) => 'upload' in file)).length,
      requestBytes: bytes,
    },
  }));
  return [...[...rows, ...plannedRepeats(job, repeats)].map((row) => toItem(job.context, row)), ...invalid];
}
