import { MAX_ID_LENGTH, MAX_NAME_LENGTH, MAX_URL_LENGTH } from '../api/limits';
import type { FileInput } from '../api/types';
import { isMissing, optionalText, type Report, requireLine, requireText, soundText } from './problem';
import type { Draft, Upload } from './draft';

const FILE_NAME = 'File Name';

/**
 * Checks that a draft has one document that Extend can take.
 * @see reference §b.1 of the API contract: exactly one of URL, id and text
 */
export function checkFile({ file }: Draft, report: Report): FileInput | { upload: Upload } | undefined {
  const nameOf = (name: unknown) => optionalText(FILE_NAME, name, report, MAX_NAME_LENGTH);
  switch (file.source) {
    case 'url': {
      const url = checkUrl(file.url, report);
      const name = nameOf(file.name);
      const password = optionalText('PDF Password', file.password, report);
      return url === undefined ? undefined : { url, ...(name && { name }), ...(password && { settings: { password } }) };
    }
    case 'fileId': {
      const id = requireLine('Extend File ID', file.id, MAX_ID_LENGTH, report);
      return id === undefined ? undefined : { id };
    }
    case 'text': {
      const name = nameOf(file.name);
      // Not trimmed: leading and trailing blanks may belong to the document.
      const isText = typeof file.text === 'string' && !isMissing(file.text);
      const text = isText ? soundText('Text', file.text as string, report) : requireText('Text', file.text, report);
      return text === undefined ? undefined : { text, ...(name && { name }) };
    }
    case 'binary':
      return checkBinary(file, report);
    case 'several': {
      const advice = 'Fill in exactly one of File URL, Input Binary Field, Extend File ID and Text for each item.';
      return file.filled.length === 0
        ? report('File', 'is missing: no field names one', advice)
        : report('File', 'is given more than once', advice, file.filled.join(', '));
    }
    default:
      return report(
        'File Source',
        'is none of its choices',
        'Let the expression give url, binary, fileId, text or auto (and in Run also package).',
        file.given,
      );
  }
}

function checkBinary(file: Extract<Draft['file'], { source: 'binary' }>, report: Report): { upload: Upload } | undefined {
  const property = requireText('Input Binary Field', file.property, report);
  if (property === undefined) return undefined;
  if (!file.binary) {
    const others = file.available.map((name) => `"${name}"`).join(', ');
    const advice = others ? `The item has: ${others}.` : 'The item has no files at all; check the node before.';
    return report('Input Binary Field', 'names a file that this item does not have', advice, property);
  }
  const password = optionalText('PDF Password', file.password, report);
  const given = isMissing(file.name) ? file.binary.fileName : file.name;
  const name = optionalText(FILE_NAME, given, report, MAX_NAME_LENGTH) ?? property;
  return { upload: { binary: file.binary, name, ...(password && { password }) } };
}

function checkUrl(given: unknown, report: Report): string | undefined {
  const field = 'File URL';
  const text = requireLine(field, given, MAX_URL_LENGTH, report);
  if (text === undefined) return undefined;
  const advice = 'Use a full address that starts with https:// or http:// and that Extend can reach.';
  if (!URL.canParse(text)) return report(field, 'is not a web address', advice, text);
  return /^https?:/i.test(text) ? text : report(field, 'is not an http or https address', advice, text);
}
