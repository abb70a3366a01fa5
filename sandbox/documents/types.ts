import type { Extend } from 'extend-ai';

const KINDS: Array<[Extend.FileType, string]> = [
  ['PDF', 'pdf'],
  ['CSV', 'csv'],
  ['TXT', 'txt md rtf lis eml'],
  ['DOCX', 'docx doc wpd dotx'],
  ['EXCEL', 'xlsx xls xltm xltx ods'],
  ['XML', 'xml'],
  ['HTML', 'html'],
  ['IMG', 'png jpg jpeg tiff tif svg heic heif bmp gif webp psd pcx'],
];

const BY_EXTENSION = new Map(KINDS.flatMap(([type, extensions]) => extensions.split(' ').map((extension) => [extension, type] as const)));

/** The type Extend tells from a file's name; text where the name says nothing. */
export const typeOf = (name: string): Extend.FileType => BY_EXTENSION.get(name.split('.').pop()?.toLowerCase() ?? '') ?? 'TXT';

/** Whether the content can be read as it is. */
export const isText = (type: Extend.FileType): boolean => ['TXT', 'CSV', 'XML', 'HTML'].includes(type);
