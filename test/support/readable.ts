import stringify from 'json-stringify-pretty-compact';

/** What a reader looks for first in anything that has it. */
const FIRST = ['displayName', 'name', 'method', 'path', 'message', 'type'];
const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/** Data as text for a snapshot: short lines, and keys in an order that does not depend on how it was put together. */
export const readable = (value: unknown): string => stringify(JSON.parse(JSON.stringify(value ?? null, inOrder)), { maxLength: 150 });
