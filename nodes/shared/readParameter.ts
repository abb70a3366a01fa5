import { type INode, NodeOperationError } from 'n8n-workflow';
import { show } from '../../extend/intake/problem';

interface Range {
  min: number;
  max?: number;
}

/**
 * A number of the panel. n8n does not hold what an expression gives to the bounds of the panel, or to numbers at all.
 * @param given the value; a text that is a number is one
 * @param fallback taken when nothing is given
 * @throws NodeOperationError that names the field, before anything is sent
 */
export function numberOption(node: INode, label: string, given: unknown, fallback: number, { min, max = Infinity }: Range): number {
  if (given === undefined) return fallback;
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number === 'number' && number >= min && number <= max) return number;
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new NodeOperationError(node, `${label} is not a number ${range}`, {
    description: `Given: ${show(given)}. Check the expression, or remove the option. Nothing was sent.`,
  });
}
