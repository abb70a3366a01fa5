/**
 * Whether a text is whole Unicode. Half a surrogate pair, which careless cutting of texts leaves behind, cannot be
 * written in UTF-8: on its way it would become another character without a word.
 */
export const isWellFormed = (text: string): boolean => text.isWellFormed();

const HALF_CHARACTER = 'has half a character (a lone surrogate) in it';
const NUL = 'has a NUL character in it';

/** What makes a text one that a server refuses or changes; continues a sentence. */
export function flawOf(text: string): string | undefined {
  if (text.includes('\0')) return NUL;
  return isWellFormed(text) ? undefined : HALF_CHARACTER;
}

/** The same for the texts, keys included, in JSON that `JSON.stringify` made: it escapes both kinds. */
export function flawInJson(json: string): string | undefined {
  const escaped = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/.exec(json)?.[1];
  return escaped && (escaped === '0000' ? NUL : HALF_CHARACTER);
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
