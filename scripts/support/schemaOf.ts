/** The part of JSON Schema that n8n reads of an output schema. */
export interface OutputSchema {
  type?: string | string[];
  properties?: Record<string, OutputSchema>;
  items?: OutputSchema;
}

/** Null comes last: n8n's editor shows the first. */
const KINDS = ['string', 'boolean', 'integer', 'number', 'object', 'array', 'null'];

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

const isObject = (value: unknown): value is Record<string, unknown> => kindOf(value) === 'object';

const typeOf = (kinds: ReadonlySet<string>): string | string[] => {
  const found = KINDS.filter((kind) => kinds.has(kind) && !(kind === 'integer' && kinds.has('number')));
  return found.length === 1 ? (found[0] as string) : found;
};

/**
 * A schema that all values fit.
 * @param free names of properties whose keys are the user's own, so that they say nothing of other values
 */
export function schemaOf(values: unknown[], free: ReadonlySet<string>): OutputSchema {
  const objects = values.filter(isObject);
  const entries = values.filter(Array.isArray).flat();
  const names = [...new Set(objects.flatMap((value) => Object.keys(value)))];
  const ofName = (name: string): OutputSchema => {
    const own = objects.filter((value) => Object.hasOwn(value, name)).map((value) => value[name]);
    return free.has(name) ? { type: typeOf(new Set(own.map(kindOf))) } : schemaOf(own, free);
  };
  return {
    type: typeOf(new Set(values.map(kindOf))),
    ...(objects.length > 0 && { properties: Object.fromEntries(names.map((name) => [name, ofName(name)])) }),
    ...(entries.length > 0 && { items: schemaOf(entries, free) }),
  };
}

/** A field that was null every time has the type that it has elsewhere. */
export function fillNulls(schema: OutputSchema, others: OutputSchema[]): OutputSchema {
  const { type, properties, items } = schema;
  const known = type === 'null' ? others.flatMap((other) => other.type ?? []).filter((kind) => kind !== 'null') : [];
  const below = (name: string) => others.flatMap((other) => other.properties?.[name] ?? []);
  return {
    ...schema,
    ...(known.length > 0 && { type: typeOf(new Set([...known, 'null'])) }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, fillNulls(inner, below(name))])) }),
    ...(items && { items: fillNulls(items, others.flatMap((other) => other.items ?? [])) }),
  };
}
