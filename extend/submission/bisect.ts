import type { ExtendApiFailure } from '../api/errors';
import type { FileInput } from '../api/types';

/**
 * Bad inputs that are singled out of one batch. When more are refused, the fault is hardly in single inputs,
 * and trying on would only be a flood of requests.
 */
export const MAX_ISOLATED = 20;

/** A shorter file ID may be part of any text. */
const MIN_TELLING_ID = 8;

/** Inputs that are sent together. */
export interface Part<T> {
  inputs: T[];
  /** The one input that an error named. */
  named?: boolean;
  /** What was refused together with this part: its cause must be in there when this part is accepted. */
  rest?: { part: Part<T>; failure: ExtendApiFailure };
  /** Why this part would be refused, as far as that is known without sending it. */
  refusal?: ExtendApiFailure;
}

type Input = { file: FileInput };

/** The place of the input an error message of Extend names, such as `inputs[3].file.url`. */
export function namedInput({ message }: ExtendApiFailure): number | undefined {
  const named = /\binputs(?:\[|\.|\/|["'], *)(\d+)/.exec(message);
  return named ? Number(named[1]) : undefined;
}

/** The place of the input whose file ID an error message holds. */
const inputOfNamedFile = (inputs: Input[], { message }: ExtendApiFailure): number =>
  inputs.findIndex(({ file }) => 'id' in file && file.id.length >= MIN_TELLING_ID && message.includes(file.id));

const isTooLarge = ({ status }: ExtendApiFailure): boolean => status === 413;

/** Whether a refusal may have its cause in single inputs: of all files only those given by ID can be unknown. */
function isAboutInputs(inputs: Input[], { status, message }: ExtendApiFailure): boolean {
  if (/\bpath:? *["'[]*(?:priority|workflow)\b/i.test(message)) return false;
  if (status === 404) return !/workflow/i.test(message) && inputs.some(({ file }) => 'id' in file);
  return status === 400 || status === 422;
}

/** Takes one refused batch apart, so that one bad document does not sink the others. */
export class Isolation<T extends Input> {
  private refused = 0;
  private trustsNames = true;

  /** Notes that Extend took a part. */
  accepted({ named, rest }: Part<T>): void {
    // The error named an input that is fine, so names do not help to find the bad one.
    if (named) this.trustsNames = false;
    if (rest) rest.part.refusal = rest.failure;
  }

  /**
   * What to send instead of a part that Extend refused, or would refuse, as a whole: the input that it names and the
   * others, or two halves. No input counts as refused without having been sent for itself.
   * @returns undefined when one input is left, enough are singled out, or the refusal is about something else
   */
  partsOf({ inputs }: Part<T>, failure: ExtendApiFailure): [Part<T>, Part<T>] | undefined {
    if (inputs.length < 2 || this.gaveUp) return undefined;
    const named = this.trustsNames ? this.nameOf(inputs, failure) : undefined;
    if (named !== undefined) {
      const part = { inputs: inputs.filter((_, i) => i !== named) };
      return [{ inputs: inputs.slice(named, named + 1), named: true, rest: { part, failure } }, part];
    }
    if (!isTooLarge(failure) && !isAboutInputs(inputs, failure)) return undefined;
    const half = Math.floor(inputs.length / 2);
    const part = { inputs: inputs.slice(half) };
    // Two halves of what is too large may both be small enough.
    return [{ inputs: inputs.slice(0, half), ...(!isTooLarge(failure) && { rest: { part, failure } }) }, part];
  }

  /** Notes that Extend refused a part that is not taken apart further. */
  rejected({ inputs }: Part<T>): void {
    if (inputs.length === 1) this.refused++;
  }

  /** So many inputs were refused that the others are not tried one by one. */
  get gaveUp(): boolean {
    return this.refused >= MAX_ISOLATED;
  }

  private nameOf(inputs: T[], failure: ExtendApiFailure): number | undefined {
    if (![400, 404, 422].includes(failure.status ?? 0)) return undefined;
    const named = namedInput(failure) ?? inputOfNamedFile(inputs, failure);
    return named >= 0 && named < inputs.length ? named : undefined;
  }
}
