import { certainlyDidNothing, concernsAll, type ExtendApiFailure, failureOf } from '../api/errors';
import type { BatchInput, BatchRequest, FileInput } from '../api/types';
import { mapBounded } from '../concurrency';
import { withCorrelation } from './correlate';
import type { CheckedInput } from './draft';
import { MAX_ISOLATED, partsWithout } from './isolate';
import type { Chunk } from './plan';
import { findSubmission, type ReconcilePort } from './reconcile';
import type { Origin } from './validate';

/** A checked input whose file Extend can have. */
export type UploadedInput = Omit<CheckedInput, 'file'> & { file: FileInput };

/**
 * How the submission of some inputs ended.
 * - `accepted`: their runs exist
 * - `rejected`: Extend said no; nothing was created
 * - `unknown`: no clear answer came and no trace was found; the runs may exist, so they are not sent again
 * - `notSent`: an earlier chunk failed in a way that made sending this one pointless
 */
export type Outcome = { chunk: Chunk<UploadedInput>; submission: string } & (
  | { kind: 'accepted'; batchId: string }
  | { kind: 'rejected' | 'unknown' | 'notSent'; failure: ExtendApiFailure }
);

export interface SubmitPort extends ReconcilePort {
  /** Sends the request once (again only when it certainly did nothing) and returns the batch id. */
  post(request: BatchRequest): Promise<string>;
  newSubmissionKey(): string;
  now(): number;
}

export interface SubmitOptions {
  /** Adds correlation metadata to every input; without it a lost submission cannot be found again. */
  origin?: Origin;
  /** Requests in flight at once. */
  concurrency: number;
  /** Begins no further chunk after any failure, and does not try parts of a refused one. */
  stopAtFirstFailure: boolean;
  /** Sends inputs of unknown outcome once more, at the risk of doubling them. */
  resendUnknown?: boolean;
  /** How long a submission whose answer was lost is looked for, in milliseconds. */
  patienceMs: number;
}

const toRequest = (chunk: Chunk<UploadedInput>, submission: string, origin?: Origin): BatchRequest => ({
  workflow: chunk.workflow,
  inputs: chunk.inputs.map(({ itemIndex, file, metadata, secrets }): BatchInput => {
    const sent = origin ? withCorrelation(metadata, { ...origin, itemIndex, submission }) : metadata;
    return { file, ...(sent && { metadata: sent }), ...(secrets && { secrets }) };
  }),
  ...(chunk.priority !== undefined && { priority: chunk.priority }),
});

/** Whether the metadata of at least one input can tell whose it is; the user's own key may stand in the way. */
const isTraceable = (chunk: Chunk<UploadedInput>, origin?: Origin): boolean =>
  origin !== undefined && chunk.inputs.every(({ metadata }) => !metadata || !('n8n' in metadata));

/** One submission of all chunks of an execution. */
class Submission {
  private stop?: ExtendApiFailure;
  private readonly accepted = new Set<string>();

  constructor(
    private readonly port: SubmitPort,
    private readonly options: SubmitOptions,
  ) {}

  /** Sends a chunk and, where Extend refuses single inputs, its parts. */
  async send(chunk: Chunk<UploadedInput>): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const open = [chunk];
    let isolated = 0;
    for (let next = open.pop(); next; next = open.pop()) {
      const outcome = await this.sendOnce(next, this.options.resendUnknown ?? false);
      const parts =
        outcome.kind === 'rejected' && !this.options.stopAtFirstFailure && isolated < MAX_ISOLATED
          ? partsWithout(next.inputs, outcome.failure)
          : undefined;
      if (parts) {
        const { workflow, priority, bytes } = next;
        open.push(...parts.map((inputs) => ({ workflow, priority, bytes, inputs })).reverse());
      } else {
        if (outcome.kind === 'rejected') isolated++;
        outcomes.push(outcome);
      }
    }
    return outcomes;
  }

  private async sendOnce(chunk: Chunk<UploadedInput>, resend: boolean): Promise<Outcome> {
    const { port, options } = this;
    const submission = port.newSubmissionKey();
    if (this.stop) return { kind: 'notSent', chunk, submission, failure: this.stop };
    const since = port.now();
    let batchId: string | undefined;
    const post = async () => (batchId = await port.post(toRequest(chunk, submission, options.origin)));
    const failure = await failureOf(post());
    const rejected = failure !== undefined && certainlyDidNothing(failure);
    if (failure && !rejected && isTraceable(chunk, options.origin)) {
      batchId = await findSubmission(port, chunk.workflow.id, submission, since, this.accepted, options.patienceMs);
    }
    if (batchId !== undefined) {
      this.accepted.add(batchId);
      return { kind: 'accepted', chunk, submission, batchId };
    }
    const last = failure as ExtendApiFailure;
    if (!rejected && resend) return await this.sendOnce(chunk, false);
    if (options.stopAtFirstFailure || concernsAll(last)) this.stop ??= last;
    return { kind: rejected ? 'rejected' : 'unknown', chunk, submission, failure: last };
  }
}

/**
 * Submits every chunk, a few at once.
 * @returns outcomes that account for every input exactly once, in the order of the chunks; API failures are
 * outcomes, not errors
 */
export async function submit(
  chunks: Array<Chunk<UploadedInput>>,
  port: SubmitPort,
  options: SubmitOptions,
): Promise<Outcome[]> {
  const submission = new Submission(port, options);
  return (await mapBounded(chunks, options.concurrency, async (chunk) => await submission.send(chunk))).flat();
}
