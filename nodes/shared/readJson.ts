import { type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import type { JsonObject } from '../../extend/api/types';
import { isObject } from '../../extend/json';

/**
 * A parameter that holds JSON: its text, or the value itself when an expression gives one.
 * @throws NodeOperationError that names the item and the field, before anything is sent
 */
function read(context: IExecuteFunctions, name: string, label: string, itemIndex: number): unknown {
  const given = context.getNodeParameter(name, itemIndex, '') as unknown;
  if (typeof given !== 'string') return given;
  if (given.trim() === '') return undefined;
  try {
    return JSON.parse(given);
  } catch (error) {
    throw problem(context, itemIndex, `${label} is not valid JSON`, `${(error as Error).message}.`);
  }
}

export const problem = (context: IExecuteFunctions, itemIndex: number, message: string, advice: string): NodeOperationError =>
  new NodeOperationError(context.getNode(), `${message} [item ${itemIndex}]`, {
    itemIndex,
    description: `${advice} Nothing was sent for this item.`,
  });

/** An object with at least one key. */
export function requiredObject(context: IExecuteFunctions, name: string, label: string, itemIndex: number, example: string): JsonObject {
  const value = read(context, name, label, itemIndex);
  if (isObject(value) && Object.keys(value).length > 0) return value;
  throw problem(context, itemIndex, `${label} is empty or not an object`, `Enter an object such as ${example}.`);
}

/** A list with at least one entry, all of them objects. */
export function requiredList(context: IExecuteFunctions, name: string, label: string, itemIndex: number, example: string): JsonObject[] {
  const value = read(context, name, label, itemIndex);
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) return value;
  throw problem(context, itemIndex, `${label} is empty or not a list of objects`, `Enter a list such as ${example}.`);
}
