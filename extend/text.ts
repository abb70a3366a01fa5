/** What makes a text one that a server refuses or changes. */
export type Flaw = 'has-nul-character' | 'has-lone-surrogate';

/**
 * Whether a text is whole Unicode. Half a surrogate pair, which careless cutting of texts leaves behind, cannot be
 * written in UTF-8: on its way it would become another character without a word.
 */
export const isWellFormed = (text: string): boolean => text.isWellFormed();

/** The flaw of a text, if it has one. */
export function flawOf(text: string): Flaw | undefined {
  if (text.includes('\0')) return 'has-nul-character';
  return isWellFormed(text) ? undefined : 'has-lone-surrogate';
}

/** The same for the texts, keys included, in JSON that `JSON.stringify` made: it escapes both kinds. */
export function flawInJson(json: string): Flaw | undefined {
  const escaped = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/.exec(json)?.[1];
  if (escaped === undefined) return undefined;
  return escaped === '0000' ? 'has-nul-character' : 'has-lone-surrogate';
}

/**
 * A value of an expression as the text of a text field: texts without blanks around them, numbers, booleans, and dates in
 * ISO form. Undefined for everything else, such as lists and objects.
 */
export function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  // Dates of n8n's expressions are Luxon's.
  const { toISO } = (value ?? {}) as { toISO?: unknown };
  const iso: unknown = typeof toISO === 'function' ? toISO.call(value) : undefined;
  return typeof iso === 'string' ? iso : undefined;
}

/** A text cut to a length, between characters: an emoji or a letter with its accents stays whole or goes. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter().segment(text)) {
    if (index + segment.length > maxLength) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
