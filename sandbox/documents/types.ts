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

/** The type Extend tells from a file's name. */
export const typeOf = (name: string): Extend.FileType | null => BY_EXTENSION.get(name.split('.').pop()?.toLowerCase() ?? '') ?? null;

/** Whether the content can be read as it is. */
export const isText = (type: Extend.FileType | null): boolean => ['TXT', 'CSV', 'XML', 'HTML'].includes(type ?? '');
