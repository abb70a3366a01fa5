/** What an expression can see of the panel of its node. */
export type Parameters = Record<string, unknown>;

/** Values that JSON carries whole. */
type Constant = string | number | boolean | null | Constant[] | { [key: string]: Constant };

/**
 * An expression that calls a function in the editor, where the code of a node cannot be reached: it carries the source of
 * the function with it, as n8n's own Switch node does.
 * @param run uses nothing but its arguments and what JavaScript itself has; gets the parameters of the node, then the constants
 */
export function editorExpression<C extends Constant[]>(run: (parameters: never, ...constants: C) => unknown, ...constants: C): `={{${string}}}` {
  const source = `(${run.toString()})(${['$parameter', ...constants.map((constant) => JSON.stringify(constant))].join(', ')})`;
  // n8n ends an expression there, wherever in the code it stands.
  if (/\{\{|\}\}/.test(source)) throw new SyntaxError(`${run.name} has two braces in a row, which no expression can carry`);
  return `={{ ${source} }}`;
}
