import type { ExtendApiFailure } from '../api/errors';
import type { FileInput } from '../api/types';

/**
 * Bad inputs that are singled out of one batch. When more are refused, the fault is hardly in single inputs,
 * and trying on would only be a flood of requests.
 */
export const MAX_ISOLATED = 20;

/** A shorter file ID may be part of any text. */
const MIN_TELLING_ID = 8;

type Input = { files: FileInput[] };

/** The two parts that a refused request is divided into. */
export interface Division<T> {
  parts: [T[], T[]];
  /** The first part is the one input that the error named. */
  named: boolean;
  /** When the first part is accepted, the cause is in the second one. */
  blamesSecond: boolean;
}

/** The place of the input an error message of Extend names, such as `inputs[3].file.url`. */
export function namedInput({ message }: ExtendApiFailure): number | undefined {
  const named = /\binputs(?:\[|\.|\/|["'], *)(\d+)/.exec(message);
  return named ? Number(named[1]) : undefined;
}

/** The place of the input whose file ID an error message holds. */
const inputOfNamedFile = (inputs: Input[], { message }: ExtendApiFailure): number =>
  inputs.findIndex(({ files }) => files.some((file) => 'id' in file && file.id.length >= MIN_TELLING_ID && message.includes(file.id)));

const isTooLarge = ({ status }: ExtendApiFailure): boolean => status === 413;

/** Whether a refusal may have its cause in single inputs: of all files only those given by ID can be unknown. */
function isAboutInputs(inputs: Input[], { status, message }: ExtendApiFailure): boolean {
  if (/\bpath:? *["'[]*(?:priority|workflow)\b/i.test(message)) return false;
  if (status === 404) return !/workflow/i.test(message) && inputs.some(({ files }) => files.some((file) => 'id' in file));
  return status === 400 || status === 422;
}

function placeOfNamed(inputs: Input[], failure: ExtendApiFailure): number | undefined {
  if (![400, 404, 422].includes(failure.status ?? 0)) return undefined;
  const named = namedInput(failure) ?? inputOfNamedFile(inputs, failure);
  return named >= 0 && named < inputs.length ? named : undefined;
}

/**
 * How to divide a request that Extend refused: the input that the error names and the others, or two halves.
 * @param trustNames false once an error has named an input that is fine
 * @returns undefined when there is nothing to divide, or the refusal is not about single inputs
 */
export function divide<T extends Input>(inputs: T[], failure: ExtendApiFailure, trustNames: boolean): Division<T> | undefined {
  if (inputs.length < 2) return undefined;
  const place = trustNames ? placeOfNamed(inputs, failure) : undefined;
  if (place !== undefined) {
    return { parts: [inputs.slice(place, place + 1), inputs.filter((_, i) => i !== place)], named: true, blamesSecond: true };
  }
  if (!isTooLarge(failure) && !isAboutInputs(inputs, failure)) return undefined;
  const half = Math.floor(inputs.length / 2);
  // Two halves of what is too large may both be small enough.
  return { parts: [inputs.slice(0, half), inputs.slice(half)], named: false, blamesSecond: !isTooLarge(failure) };
}
