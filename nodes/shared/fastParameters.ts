import {
  type IDataObject,
  type IExecuteFunctions,
  type IGetNodeParameterOptions,
  isSafeObjectProperty,
  type NodeParameterValueType,
} from 'n8n-workflow';

/** `{{ $json.a.b }}` and `{{ $json["a b"].c }}` and nothing around it. */
const PLAIN_PATH = /^=\{\{ *\$json((?:\.[A-Za-z_$][\w$]*|\["[^"\\\p{Cc}\p{Zl}\p{Zp}]*"\]|\['[^'\\\p{Cc}\p{Zl}\p{Zp}]*'\])+) *\}\}$/u;
const SEGMENT = /\.([A-Za-z_$][\w$]*)|\["([^"]*)"\]|\['([^']*)'\]/g;

/** Marks a value that only n8n's expression engine can give. */
const ASK_N8N = Symbol('ask n8n');

const LEAVES = new Set(['string', 'number', 'boolean', 'undefined']);

type Read = (json: IDataObject) => unknown;

const isPlainObject = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
};

/**
 * One step down a path. Of what is missing n8n makes undefined, without an error at any depth; whatever has a prototype
 * of its own (a date, a text, a function of an object) is left to n8n.
 */
function step(value: unknown, segment: string): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return ASK_N8N;
  if (Object.hasOwn(value, segment)) return (value as IDataObject)[segment];
  return isPlainObject(value) ? undefined : ASK_N8N;
}

/**
 * Reads a plain path of an item. Only what is certainly the same as n8n's own result is read here: own properties of
 * plain data that end in a text, a number, a boolean, null or nothing.
 */
function pathReader(segments: string[]): Read {
  // Where an item has a key of that name, n8n's engines do not agree on which of the two they give.
  if (segments.some((segment) => segment in Object.prototype || !isSafeObjectProperty(segment))) return () => ASK_N8N;
  return (json) => {
    let value: unknown = json;
    for (const segment of segments) {
      value = step(value, segment);
      if (value === ASK_N8N) return ASK_N8N;
    }
    return value === null || LEAVES.has(typeof value) ? value : ASK_N8N;
  };
}

/** How to read a parameter as it stands in the workflow; undefined when it needs n8n for every item. */
function readerOf(raw: unknown): Read | undefined {
  if (typeof raw === 'string') {
    if (!raw.startsWith('=')) return () => raw;
    const path = PLAIN_PATH.exec(raw)?.[1];
    if (path === undefined) return undefined;
    return pathReader([...path.matchAll(SEGMENT)].map(([, dotted, double, single]) => dotted ?? double ?? single ?? ''));
  }
  if (typeof raw !== 'object' || raw === null) return () => raw;
  const parts: Array<[string, Read]> = [];
  for (const [key, value] of Object.entries(raw)) {
    const read = readerOf(value);
    if (!read || !isSafeObjectProperty(key)) return undefined;
    parts.push([key, read]);
  }
  return (json) => {
    const values = (Array.isArray(raw) ? [] : {}) as Record<string, unknown>;
    for (const [key, read] of parts) {
      const value = read(json);
      if (value === ASK_N8N) return ASK_N8N;
      values[key] = value;
    }
    return values;
  };
}

/** Whether any text inside a parameter is an expression. */
export const hasExpression = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.startsWith('=')
    : typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);

/**
 * A parameter of the node for every item, read the cheapest way that gives the very value n8n gives: one
 * without expressions once, one with plain paths from the item, any other through n8n, which takes up to
 * a millisecond each time.
 */
export function perItemParameter<T>(
  context: IExecuteFunctions,
  name: string,
  fallback: T,
  options?: IGetNodeParameterOptions,
): (itemIndex: number) => T {
  const ask = (itemIndex: number) =>
    context.getNodeParameter(name, itemIndex, fallback as NodeParameterValueType, options) as T;
  const raw = context.getNode().parameters[name];
  if (!hasExpression(raw)) {
    let constant: { value: T } | undefined;
    return (itemIndex) => (constant ??= { value: ask(itemIndex) }).value;
  }
  // A locator has rules of its own about what part of its value counts.
  const read = options === undefined ? readerOf(raw) : undefined;
  if (!read) return ask;
  const items = context.getInputData();
  return (itemIndex) => {
    const value = read(items[itemIndex]?.json ?? {});
    return value === ASK_N8N ? ask(itemIndex) : (value as T);
  };
}
