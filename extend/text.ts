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
