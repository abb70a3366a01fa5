import { type INode, type INodeProperties, NodeOperationError } from 'n8n-workflow';
import { show } from '../../extend/intake/problem';

/**
 * A number of the panel. n8n does not hold what an expression gives to the bounds of the panel, or to numbers at all.
 * @param field as the panel has it: label, default and bounds follow from it
 * @param given the value; a text that is a number is one; the default is taken when it is undefined
 * @throws NodeOperationError that names the field, before anything is sent
 */
export function numberOf(node: INode, { displayName, default: fallback, typeOptions = {} }: INodeProperties, given: unknown): number {
  if (given === undefined) return fallback as number;
  const { minValue: min = -Infinity, maxValue: max = Infinity } = typeOptions;
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number === 'number' && number >= min && number <= max) return number;
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new NodeOperationError(node, `${displayName} is not a number ${range}`, {
    description: `Given: ${show(given)}. Check the expression, or remove the option. Nothing was sent.`,
  });
}
