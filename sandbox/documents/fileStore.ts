import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { newId } from '../ids';
import type { StoredFile } from '../state';
import { type Content, opaqueContent, pdfContent, textContent } from './content';
import { makePdf, pageCountOf, whyUnreadable } from './pdf';
import { isText, typeOf } from './types';

const MAX_TEXT_BYTES = 64 * 1024;
/** Larger PDFs are taken as they are: reading them whole would cost more memory than the check is worth. */
const MAX_CHECKED_BYTES = 32 * 1024 * 1024;

export interface Upload {
  name: string;
  contentType: string;
  path: string;
  bytes: number;
  sha256: string;
}

/** Uploaded contents, on disk, so that large ones do not sit in the memory of the process under test. */
export class FileStore {
  private folder?: string;

  /** Removes everything; also when the process ends without having closed the sandbox. */
  readonly close = (): void => {
    process.off('exit', this.close);
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    this.folder = undefined;
  };

  private newPath(): string {
    if (!this.folder) {
      this.folder = mkdtempSync(join(tmpdir(), 'extend-sandbox-'));
      process.on('exit', this.close);
    }
    return join(this.folder, newId('upload'));
  }

  /** Writes a stream to disk and takes its measure. */
  async receive(name: string, contentType: string, stream: Readable): Promise<Upload> {
    const path = this.newPath();
    const hash = createHash('sha256');
    let bytes = 0;
    async function* measured(source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
    await pipeline(stream, measured, createWriteStream(path));
    return { name, contentType, path, bytes, sha256: hash.digest('hex') };
  }

  /** The file as Extend keeps it. */
  async keep(upload: Upload, password: boolean, convertToPdf: boolean): Promise<StoredFile> {
    const given = typeOf(upload.name);
    const converted = convertToPdf && given !== 'PDF';
    if (converted) await writeFile(upload.path, await makePdf(upload.name, 1));
    const checked = given === 'PDF' && upload.bytes <= MAX_CHECKED_BYTES;
    const text = isText(given) && !converted && upload.bytes <= MAX_TEXT_BYTES ? await readFile(upload.path, 'utf8') : undefined;
    const unreadable = checked ? whyUnreadable(await readFile(upload.path), password) : undefined;
    return {
      ...upload,
      ...(converted && { contentType: 'application/pdf' }),
      id: newId('file'),
      type: converted ? 'PDF' : given,
      text,
      unreadable,
      password,
      createdAt: new Date().toISOString(),
    };
  }
}

/** What an uploaded file says, together with its name. */
export async function contentOf(file: StoredFile): Promise<Content> {
  const { name, type, text, bytes, path, sha256 } = file;
  const source = async () => await readFile(path);
  if (text !== undefined) return textContent(text, name);
  if (type !== 'PDF') return opaqueContent(name, source);
  if (bytes <= MAX_CHECKED_BYTES) return await pdfContent(name, source, sha256);
  return { ...opaqueContent(name, source), pages: new Array<string>(await pagesOf(file)).fill('') };
}

/** Pages of an uploaded file, counted when first asked for. */
export async function pagesOf(file: StoredFile): Promise<number> {
  if (file.pageCount === undefined) {
    const readable = file.type === 'PDF' && file.unreadable === undefined;
    file.pageCount = readable ? await readFile(file.path).then(pageCountOf, () => 1) : 1;
  }
  return file.pageCount;
}
