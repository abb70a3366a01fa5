import { MAX_ID_LENGTH, MAX_NAME_LENGTH, MAX_URL_LENGTH } from '../api/limits';
import type { FileInput } from '../api/types';
import type { DraftFile, Upload } from './draft';
import { isMissing, optionalText, type Report, requireLine, requireText, soundText } from './problem';

/**
 * Checks that a file of a draft is one that Extend can take.
 * @see reference §b.1 of the API contract: exactly one of URL, id and text
 */
export function checkFile(file: DraftFile, report: Report): FileInput | { upload: Upload } | undefined {
  const nameOf = (name: unknown) => optionalText('file.name', name, report, MAX_NAME_LENGTH);
  switch (file.source) {
    case 'url': {
      const url = checkUrl(file.url, report);
      const name = nameOf(file.name);
      const password = optionalText('file.password', file.password, report);
      return url === undefined ? undefined : { url, ...(name && { name }), ...(password && { settings: { password } }) };
    }
    case 'fileId': {
      const id = requireLine('file.id', file.id, MAX_ID_LENGTH, report);
      return id === undefined ? undefined : { id };
    }
    case 'text': {
      const name = nameOf(file.name);
      // Not trimmed: leading and trailing blanks may belong to the document.
      const isText = typeof file.text === 'string' && !isMissing(file.text);
      const text = isText ? soundText('file.text', file.text as string, report) : requireText('file.text', file.text, report);
      return text === undefined ? undefined : { text, ...(name && { name }) };
    }
    case 'binary':
      return checkBinary(file, report);
    case 'several':
      return file.filled.length === 0 ? report('file', 'is-missing') : report('file', 'is-ambiguous', { given: file.filled.join(', ') });
    default:
      return report('file.source', 'is-not-choice', { given: file.given });
  }
}

function checkBinary(file: Extract<DraftFile, { source: 'binary' }>, report: Report): { upload: Upload } | undefined {
  const property = requireText('file.binary', file.property, report);
  if (property === undefined) return undefined;
  if (!file.binary) return report('file.binary', 'names-no-file', { available: file.available, given: property });
  const password = optionalText('file.password', file.password, report);
  const given = isMissing(file.name) ? file.binary.fileName : file.name;
  const name = optionalText('file.name', given, report, MAX_NAME_LENGTH) ?? property;
  return { upload: { binary: file.binary, name, ...(password && { password }) } };
}

function checkUrl(given: unknown, report: Report): string | undefined {
  const text = requireLine('file.url', given, MAX_URL_LENGTH, report);
  if (text === undefined) return undefined;
  if (/[{}]/.test(text)) return report('file.url', 'has-braces', { given: text });
  if (/[\s,]https?:/i.test(text)) return report('file.url', 'has-several-addresses', { given: text });
  // Two slashes and a host: URL also reads "https:a.pdf" and "https:///a.pdf", and makes a host of the file.
  if (!URL.canParse(text) || /^https?:(?!\/\/[^/])/i.test(text)) return report('file.url', 'is-not-web-address', { given: text });
  return /^https?:/i.test(text) ? text : report('file.url', 'is-not-http', { given: text });
}
