import type { ExtendApiFailure } from '../api/errors';

/**
 * Bad inputs that are singled out of one batch. When more are refused, the fault is hardly in single inputs,
 * and trying on would only be a flood of requests.
 */
export const MAX_ISOLATED = 20;

/** The place of the input an error message of Extend names, such as `inputs[3].file.url`. */
export function namedInput({ message }: ExtendApiFailure): number | undefined {
  const named = /\binputs(?:\[|\.|\/)(\d+)/.exec(message);
  return named ? Number(named[1]) : undefined;
}

/** Whether an error message of Extend names what all inputs share; without it, in smaller parts, nothing would be better. */
const isAboutAll = ({ message }: ExtendApiFailure): boolean => /\bPath: *(workflow|priority)\b/.test(message);

/**
 * What to send instead of inputs that Extend refused as a whole: without the named one, or in two halves,
 * so that one bad document does not sink the others.
 * @returns the parts to send; undefined when the refusal is not about the inputs, or one input is left
 */
export function partsWithout<T>(inputs: T[], failure: ExtendApiFailure): T[][] | undefined {
  if (inputs.length < 2 || isAboutAll(failure)) return undefined;
  const named = namedInput(failure);
  const aboutInputs = failure.status === 400 || failure.status === 422;
  if (named !== undefined && named < inputs.length && (aboutInputs || failure.status === 404)) {
    const others = inputs.filter((_, i) => i !== named);
    return [others, inputs.slice(named, named + 1)];
  }
  if (!aboutInputs && failure.status !== 413) return undefined;
  const half = Math.ceil(inputs.length / 2);
  return [inputs.slice(0, half), inputs.slice(half)];
}
