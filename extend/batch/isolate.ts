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
  accepted({ named }: Part<T>): void {
    // The error named an input that is fine, so names do not help to find the bad one.
    if (named) this.trustsNames = false;
  }

  /**
   * What to send instead of a part that Extend refused as a whole: the input that it names and the others, or two
   * halves. Every input in the parts is sent again before it counts as refused.
   * @returns undefined when one input is left, enough are singled out, or the refusal is about something else
   */
  partsOf({ inputs }: Part<T>, failure: ExtendApiFailure): Array<Part<T>> | undefined {
    if (inputs.length === 1) this.refused++;
    if (inputs.length < 2 || this.gaveUp) return undefined;
    const named = this.trustsNames ? this.nameOf(inputs, failure) : undefined;
    if (named !== undefined) {
      return [{ inputs: inputs.slice(named, named + 1), named: true }, { inputs: inputs.filter((_, i) => i !== named) }];
    }
    if (!isTooLarge(failure) && !isAboutInputs(inputs, failure)) return undefined;
    const half = Math.ceil(inputs.length / 2);
    return [{ inputs: inputs.slice(0, half) }, { inputs: inputs.slice(half) }];
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
