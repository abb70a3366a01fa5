import { flawOf } from '../text';

/** What all checks of a draft have in common. */

/** Takes note of a problem; gives undefined, so that a check can end with it. */
export type Report = (field: string, reason: string, advice: string, given?: unknown) => undefined;

export const CHECK_DATA = 'Check the expression, or the data of this item.';
export const REMOVE_CHARACTER = 'It comes from broken or wrongly cut data. Remove the character in a node before.';

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
export function soundText(field: string, text: string, report: Report, maxLength = Infinity): string | undefined {
  const flaw = flawOf(text);
  if (flaw) return report(field, flaw, REMOVE_CHARACTER);
  if (text.length <= maxLength) return text;
  return report(field, `is longer than ${maxLength} characters`, CHECK_DATA, text);
}

/** A text, without blanks around it. */
export function requireText(field: string, value: unknown, report: Report, advice = CHECK_DATA): string | undefined {
  if (isMissing(value)) return report(field, 'is empty', advice);
  if (typeof value !== 'string') return report(field, 'is not a text', advice, value);
  return soundText(field, value.trim(), report);
}

/** An ID or address: a text of one line. */
export function requireLine(field: string, value: unknown, maxLength: number, report: Report, advice?: string): string | undefined {
  const text = requireText(field, value, report, advice);
  if (text === undefined) return undefined;
  if (/\p{Cc}/u.test(text)) return report(field, 'has a line break or another control character in it', CHECK_DATA, text);
  return soundText(field, text, report, maxLength);
}

/** A text that may be missing. */
export const optionalText = (field: string, value: unknown, report: Report, maxLength?: number): string | undefined =>
  isMissing(value) ? undefined : soundText(field, textOf(value).trim(), report, maxLength);
