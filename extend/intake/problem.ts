import { type Flaw, flawOf, plainText } from '../text';

/** A field of a draft. The node knows the label that its panel gives it. */
export type FieldKey =
  | 'item'
  | 'target'
  | 'version'
  | 'priority'
  | 'file'
  | 'file.source'
  | 'file.url'
  | 'file.id'
  | 'file.text'
  | 'file.binary'
  | 'file.name'
  | 'file.password'
  | 'package'
  | 'metadata'
  | 'secrets'
  | 'usageTags'
  | 'key'
  | 'outputs';

/** What is wrong with a field. */
export type ProblemCode =
  | Flaw
  | 'is-unreadable'
  | 'is-empty'
  | 'is-not-text'
  | 'is-too-long'
  | 'has-control-character'
  | 'is-not-web-address'
  | 'has-braces'
  | 'has-several-addresses'
  | 'is-not-http'
  | 'is-not-choice'
  | 'is-missing'
  | 'is-ambiguous'
  | 'names-no-file'
  | 'has-wrong-count'
  | 'names-file-twice'
  | 'is-not-version'
  | 'is-out-of-range'
  | 'is-not-scalar'
  | 'needs-correlation'
  | 'has-correlation-key'
  | 'has-nameless-entry'
  | 'has-repeated-name'
  | 'has-broken-name'
  | 'is-not-json'
  | 'is-not-object'
  | 'is-not-serialisable'
  | 'is-too-large'
  | 'has-dropped-character'
  | 'is-not-outputs'
  | 'is-not-for-packages';

/** What the words for a problem need beside its code. */
export interface Facts {
  min?: number;
  max?: number;
  /** Size or number that was found. */
  found?: number;
  /** Names that would be right. */
  available?: string[];
  /** Words of a parser, or of n8n. */
  message?: string;
}

/** Why an input cannot be submitted. */
export interface Problem extends Facts {
  itemIndex: number;
  field: FieldKey;
  code: ProblemCode;
  /** Place of the file in a package, from 0. */
  place?: number;
  /** The value at fault, shortened. */
  given?: string;
}

/** Takes note of a problem. Returns undefined, so that a check can end with it. */
export type Report = (field: FieldKey, code: ProblemCode, about?: Facts & { given?: unknown }) => undefined;

/** Any value as text; expressions can give objects that cannot be turned into one. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

/** A short rendering of a value for an error text. */
export const show = (value: unknown): string => {
  const shown = typeof value === 'string' ? `"${value.slice(0, 80)}"` : textOf(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
};

export const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A text that can be sent as it is. */
export function soundText(field: FieldKey, text: string, report: Report, max = Infinity): string | undefined {
  const flaw = flawOf(text);
  if (flaw) return report(field, flaw);
  return text.length <= max ? text : report(field, 'is-too-long', { max, given: text });
}

/** A text, without blanks around it. Numbers, booleans and dates of expressions are texts too. */
export function requireText(field: FieldKey, value: unknown, report: Report): string | undefined {
  if (isMissing(value)) return report(field, 'is-empty');
  const text = plainText(value);
  return text === undefined ? report(field, 'is-not-text', { given: value }) : soundText(field, text, report);
}

/** An ID or address: a text of one line. */
export function requireLine(field: FieldKey, value: unknown, max: number, report: Report): string | undefined {
  const text = requireText(field, value, report);
  if (text === undefined) return undefined;
  if (/\p{Cc}/u.test(text)) return report(field, 'has-control-character', { given: text });
  return soundText(field, text, report, max);
}

/** A text that may be missing. */
export function optionalText(field: FieldKey, value: unknown, report: Report, max?: number): string | undefined {
  if (isMissing(value)) return undefined;
  const text = plainText(value);
  if (text !== undefined) return soundText(field, text, report, max);
  return report(field, 'is-not-text', field === 'file.password' || field === 'secrets' ? {} : { given: value });
}
