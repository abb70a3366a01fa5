import { certainlyDidNothing, concernsAll, type ExtendApiFailure, failureOf } from '../api/errors';
import type { BatchInput, BatchRequest, FileInput } from '../api/types';
import { mapBounded } from '../concurrency';
import { CORRELATION_KEY, withCorrelation } from './correlate';
import type { CheckedInput } from '../intake/draft';
import { Isolation, type Part } from './bisect';
import type { Chunk } from './plan';
import { findSubmission, type KnownBatches, type ReconcilePort, type WhyUnknown } from './findLost';
import type { Origin } from '../intake/check';

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
  | {
      kind: 'rejected';
      failure: ExtendApiFailure;
      /** They were refused together, after too many others to try each alone: some of them may be fine. */
      untried?: boolean;
    }
  | {
      kind: 'unknown';
      failure: ExtendApiFailure;
      why: WhyUnknown;
      /** Key of a second submission that was not accepted either. */
      resent?: string;
    }
  | { kind: 'notSent'; failure: ExtendApiFailure }
);

export interface SubmitPort extends ReconcilePort {
  /**
   * Sends the request once (again only when it certainly did nothing) and returns the batch id.
   * @param unless asked right before it is sent; what it gives is thrown instead
   */
  post(request: BatchRequest, unless: () => ExtendApiFailure | undefined): Promise<string>;
  newSubmissionKey(): string;
}

export interface SubmitOptions {
  /** Adds correlation metadata to every input; without it a lost submission cannot be found again. */
  origin?: Origin;
  /** Requests in flight at once. */
  concurrency: number;
  /** Begins no further chunk after any failure, and looks for no bad inputs in a refused one. */
  stopAtFirstFailure: boolean;
  /** Sends inputs of unknown outcome once more, at the risk of doubling them. */
  resendUnknown?: boolean;
  /** How long a submission whose answer was lost is looked for, in milliseconds. */
  patienceMs: number;
}

const toRequest = (chunk: Chunk<UploadedInput>, submission: string, origin?: Origin): BatchRequest => ({
  workflow: chunk.workflow,
  inputs: chunk.inputs.map(({ itemIndex, file, metadata, secrets, key }): BatchInput => {
    const sent = origin ? withCorrelation(metadata, { ...origin, itemIndex, submission, key }) : metadata;
    return { file, ...(sent && { metadata: sent }), ...(secrets && { secrets }) };
  }),
  ...(chunk.priority !== undefined && { priority: chunk.priority }),
});

/** Why the runs of a chunk cannot be told from others; any of them must do, because one is read of each batch. */
function whyUntraceable(chunk: Chunk<UploadedInput>, origin?: Origin): WhyUnknown | undefined {
  if (!origin) return 'noCorrelation';
  const hasOwnKey = ({ metadata }: UploadedInput) => metadata !== undefined && CORRELATION_KEY in metadata;
  return chunk.inputs.some(hasOwnKey) ? 'ownKey' : undefined;
}

/** One submission of all chunks of an execution. */
class Submission {
  private stop?: ExtendApiFailure;
  /** A whole batch of inputs was refused one by one, so the fault is not in single inputs. */
  private isHopeless = false;
  private readonly known: KnownBatches = new Map();

  constructor(
    private readonly port: SubmitPort,
    private readonly options: SubmitOptions,
  ) {}

  /** Sends a chunk and, where Extend refuses it because of its size or of single inputs, its parts. */
  async send(chunk: Chunk<UploadedInput>): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const isolation = new Isolation<UploadedInput>();
    const open: Array<Part<UploadedInput>> = [{ inputs: chunk.inputs }];
    for (let part = open.pop(); part; part = open.pop()) {
      let parts = part.refusal && isolation.partsOf(part, part.refusal);
      if (!parts) {
        const outcome = await this.sendOnce({ ...chunk, inputs: part.inputs }, this.options.resendUnknown ?? false);
        parts = this.partsOf(part, outcome, isolation);
        if (!parts) outcomes.push(this.settle(part, outcome, isolation));
      }
      if (parts) open.push(parts[1], parts[0]);
    }
    if (outcomes.some(({ kind }) => kind === 'accepted')) this.isHopeless = false;
    else if (isolation.gaveUp) this.isHopeless = true;
    const firstItem = ({ chunk: { inputs } }: Outcome) => inputs[0]?.itemIndex ?? 0;
    return outcomes.sort((a, b) => firstItem(a) - firstItem(b));
  }

  private partsOf(part: Part<UploadedInput>, outcome: Outcome, isolation: Isolation<UploadedInput>) {
    if (outcome.kind !== 'rejected' || concernsAll(outcome.failure) || this.isHopeless) return undefined;
    const { failure } = outcome;
    return this.options.stopAtFirstFailure && failure.status !== 413 ? undefined : isolation.partsOf(part, failure);
  }

  private settle(part: Part<UploadedInput>, outcome: Outcome, isolation: Isolation<UploadedInput>): Outcome {
    if (outcome.kind === 'accepted') {
      isolation.accepted(part);
      return outcome;
    }
    if (this.options.stopAtFirstFailure || concernsAll(outcome.failure)) this.stop ??= outcome.failure;
    if (outcome.kind !== 'rejected') return outcome;
    isolation.rejected(part);
    return { ...outcome, untried: part.inputs.length > 1 && (this.isHopeless || isolation.gaveUp) };
  }

  private async sendOnce(chunk: Chunk<UploadedInput>, resend: boolean): Promise<Outcome> {
    const { port, options } = this;
    const submission = port.newSubmissionKey();
    const accepted = (batchId: string): Outcome => {
      this.known.set(batchId, submission);
      return { kind: 'accepted', chunk, submission, batchId };
    };
    if (this.stop) return { kind: 'notSent', chunk, submission, failure: this.stop };
    const since = port.now();
    let batchId = '';
    const post = async () => (batchId = await port.post(toRequest(chunk, submission, options.origin), () => this.stop));
    const failure = await failureOf(post());
    if (!failure) return accepted(batchId);
    if (failure === this.stop) return { kind: 'notSent', chunk, submission, failure };
    if (certainlyDidNothing(failure)) return { kind: 'rejected', chunk, submission, failure };

    const untraceable = whyUntraceable(chunk, options.origin);
    const lost = { workflowId: chunk.workflow.id, submission, since };
    const found = untraceable ? { why: untraceable } : await findSubmission(port, lost, this.known, options.patienceMs);
    if ('batchId' in found) return accepted(found.batchId);
    const unknown: Outcome = { kind: 'unknown', chunk, submission, failure, why: found.why };
    if (!resend) return unknown;
    const again = await this.sendOnce(chunk, false);
    // However the second one failed, the first one may still have been taken.
    if (again.kind === 'notSent') return unknown;
    return again.kind === 'accepted' ? again : { ...unknown, resent: again.submission };
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
