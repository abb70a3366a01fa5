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
