import type { IExecuteFunctions, IGetNodeParameterOptions, NodeParameterValueType } from 'n8n-workflow';

/** Whether any text inside a parameter is an expression. */
const hasExpression = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.startsWith('=')
    : typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);

/**
 * A parameter of the node for every item. One without an expression is the same for all items and is
 * read once: n8n needs up to a millisecond for each reading.
 */
export function perItemParameter<T>(
  context: IExecuteFunctions,
  name: string,
  fallback: T,
  options?: IGetNodeParameterOptions,
): (itemIndex: number) => T {
  const read = (itemIndex: number) =>
    context.getNodeParameter(name, itemIndex, fallback as NodeParameterValueType, options) as T;
  if (hasExpression(context.getNode().parameters[name])) return read;
  let constant: { value: T } | undefined;
  return (itemIndex) => (constant ??= { value: read(itemIndex) }).value;
}
