import { certainlyDidNothing, type ExtendApiFailure, isAccountWide } from '../api/errors';
import type { JsonObject } from '../api/types';
import { mapBounded } from '../concurrency';
import { CORRELATION_KEY, type Origin, withCorrelation } from '../correlation';
import type { UploadedInput } from '../intake/draft';
import { settle } from '../settle';
import { divide, MAX_ISOLATED } from './bisect';
import { findLostSubmission, type KnownSubmissions, type LostPort, type WhyUnknown } from './findLost';
import type { Acceptance, Outcome } from './outcome';
import type { Chunk } from './plan';
import type { Submitter } from './submitters';

export interface SubmitPort extends LostPort {
  /**
   * Sends the request once (again only when it certainly did nothing) and returns what was started.
   * @param unless asked right before it is sent; what it returns is thrown instead
   */
  post(body: JsonObject, inputs: number, unless: () => ExtendApiFailure | undefined): Promise<Acceptance>;
  newSubmissionKey(): string;
}

export interface SubmitOptions {
  /** Adds correlation metadata to every input; without it a lost submission cannot be found again. */
  origin?: Origin;
  /** Requests in flight at once. */
  concurrency: number;
  /** Begins no further request after any failure, and looks for no bad inputs in a refused one. */
  stopAtFirstFailure: boolean;
  /** Sends inputs of unknown outcome once more, at the risk of doubling them. */
  resendUnknown?: boolean;
  /** How long a submission whose answer was lost is looked for, in milliseconds. */
  searchTimeoutMs: number;
}

/** What the parts of one refused request know of each other. */
interface Bisection {
  refused: number;
  trustNames: boolean;
}

/** Why the runs of a chunk cannot be told from others; any of them must do, because one is read of each submission. */
function whyUntraceable(chunk: Chunk<UploadedInput>, origin?: Origin): WhyUnknown | undefined {
  if (!origin) return 'noCorrelation';
  const hasOwnKey = ({ metadata }: UploadedInput) => metadata !== undefined && CORRELATION_KEY in metadata;
  return chunk.inputs.some(hasOwnKey) ? 'ownKey' : undefined;
}

/** The submission of all chunks of an execution. */
class Submission {
  private stop?: ExtendApiFailure;
  /** A whole batch of inputs was refused one by one, so the fault is not in single inputs. */
  private isHopeless = false;
  private readonly known: KnownSubmissions = new Map();

  constructor(
    private readonly submitter: Submitter,
    private readonly port: SubmitPort,
    private readonly options: SubmitOptions,
  ) {}

  async send(chunk: Chunk<UploadedInput>): Promise<Outcome[]> {
    const bisection: Bisection = { refused: 0, trustNames: true };
    const outcomes = await this.sendPart(chunk, bisection);
    if (outcomes.some(({ kind }) => kind === 'accepted')) this.isHopeless = false;
    else if (bisection.refused >= MAX_ISOLATED) this.isHopeless = true;
    const firstItem = ({ chunk: { inputs } }: Outcome) => inputs[0]?.itemIndex ?? 0;
    return outcomes.sort((a, b) => firstItem(a) - firstItem(b));
  }

  /**
   * Sends inputs together and, where Extend refuses them because of their size or of single inputs, in two parts. Finds a
   * bad input with at most 2⌈log₂n⌉ + 1 requests, also when errors name a wrong one. No input counts as refused without
   * having been sent alone.
   * @param blamed why these inputs would be refused together, when that is known without sending them
   */
  private async sendPart(chunk: Chunk<UploadedInput>, bisection: Bisection, blamed?: ExtendApiFailure): Promise<Outcome[]> {
    const known = blamed && this.divide(chunk, blamed, bisection);
    const outcome = known ? undefined : await this.sendOnce(chunk, this.options.resendUnknown ?? false);
    const refusal = outcome?.kind === 'rejected' && this.mayDivide(outcome.failure) ? outcome.failure : undefined;
    const division = known ?? (refusal && this.divide(chunk, refusal, bisection));
    if (!division) return [this.settled(outcome as Outcome, bisection)];

    const [first, second] = division.parts;
    const done = await this.sendPart({ ...chunk, inputs: first }, bisection);
    const isFine = done.length === 1 && done[0]?.kind === 'accepted';
    if (isFine && division.named) bisection.trustNames = false;
    const cause = isFine && division.blamesSecond ? (refusal ?? blamed) : undefined;
    return [...done, ...(await this.sendPart({ ...chunk, inputs: second }, bisection, cause))];
  }

  private divide({ inputs }: Chunk<UploadedInput>, failure: ExtendApiFailure, { refused, trustNames }: Bisection) {
    return refused < MAX_ISOLATED ? divide(inputs, failure, trustNames) : undefined;
  }

  private mayDivide(failure: ExtendApiFailure): boolean {
    if (isAccountWide(failure) || this.isHopeless) return false;
    return failure.status === 413 || !this.options.stopAtFirstFailure;
  }

  /** Takes note of an outcome that is final. */
  private settled(outcome: Outcome, bisection: Bisection): Outcome {
    if (outcome.kind === 'accepted') return outcome;
    if (this.options.stopAtFirstFailure || isAccountWide(outcome.failure)) this.stop ??= outcome.failure;
    if (outcome.kind !== 'rejected') return outcome;
    const isAlone = outcome.chunk.inputs.length === 1;
    if (isAlone) bisection.refused++;
    return { ...outcome, untried: !isAlone && (this.isHopeless || bisection.refused >= MAX_ISOLATED) };
  }

  private async sendOnce(chunk: Chunk<UploadedInput>, resend: boolean): Promise<Outcome> {
    const { port, options, submitter } = this;
    const submissionKey = port.newSubmissionKey();
    const about = { chunk, submissionKey };
    if (this.stop) return { ...about, kind: 'notSent', failure: this.stop };
    const since = port.now();
    const metadata = chunk.inputs.map((input) => this.metadataOf(input, submissionKey, chunk.inputs.length));
    const { value: acceptance, failure } = await settle(port.post(submitter.bodyOf(chunk, metadata), chunk.inputs.length, () => this.stop));
    if (acceptance) {
      const trace = acceptance.batchId ?? acceptance.runIds?.[0];
      if (trace !== undefined) this.known.set(trace, submissionKey);
      return { ...about, kind: 'accepted', ...acceptance };
    }
    if (failure === this.stop) return { ...about, kind: 'notSent', failure };
    if (certainlyDidNothing(failure)) return { ...about, kind: 'rejected', failure };

    const untraceable = whyUntraceable(chunk, options.origin);
    const lost = { targetId: chunk.target.id, submissionKey, since, traceOf: submitter.traceOf };
    const found = untraceable ? { why: untraceable } : await findLostSubmission(port, lost, this.known, options.searchTimeoutMs);
    if ('trace' in found) return { ...about, kind: 'accepted', ...(await submitter.found(found.trace, port.getRun, metadata)) };
    const unknown: Outcome = { ...about, kind: 'unknown', failure, why: found.why };
    if (!resend) return unknown;
    const again = await this.sendOnce(chunk, false);
    // However the second one failed, the first one may still have been taken.
    if (again.kind === 'notSent') return unknown;
    return again.kind === 'accepted' ? again : { ...unknown, resent: again.submissionKey };
  }

  private metadataOf({ itemIndex, metadata, key }: UploadedInput, submissionKey: string, of: number): JsonObject | undefined {
    const { origin } = this.options;
    return origin ? withCorrelation(metadata, { ...origin, itemIndex, submissionKey, of, deduplicationKey: key }) : metadata;
  }
}

/**
 * Submits every chunk, a few at once.
 * @returns outcomes that account for every input exactly once, in the order of the chunks; API failures are
 * outcomes, not errors
 */
export async function submit(
  chunks: Array<Chunk<UploadedInput>>,
  submitter: Submitter,
  port: SubmitPort,
  options: SubmitOptions,
): Promise<Outcome[]> {
  const submission = new Submission(submitter, port, options);
  return (await mapBounded(chunks, options.concurrency, async (chunk) => await submission.send(chunk))).flat();
}
