import { createHash } from 'node:crypto';
import type { Extend } from 'extend-ai';
import { PDFDocument, StandardFonts } from 'pdf-lib';

const TYPES: Record<string, Extend.FileType> = {
  pdf: 'PDF',
  csv: 'CSV',
  txt: 'TXT',
  docx: 'DOCX',
  xlsx: 'EXCEL',
  xml: 'XML',
  html: 'HTML',
};

/** The type Extend tells from a file's name. */
export const typeOf = (name: string): Extend.FileType => TYPES[name.split('.').pop()?.toLowerCase() ?? ''] ?? 'IMG';

const pageCounts = new Map<string, Promise<number | undefined>>();

/** Pages of a real PDF, counted once per content; undefined for bytes that are no PDF. */
export function pageCountOf(bytes: Buffer): Promise<number | undefined> {
  const key = sha256(bytes);
  const counted =
    pageCounts.get(key) ??
    PDFDocument.load(bytes, { ignoreEncryption: true, updateMetadata: false }).then(
      (pdf) => pdf.getPageCount(),
      () => undefined,
    );
  pageCounts.set(key, counted);
  return counted;
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const made = new Map<string, Promise<Buffer>>();

/** A small PDF with a title and a number of pages. */
export function makePdf(title: string, pages: number): Promise<Buffer> {
  const key = `${title}\n${pages}`;
  const pdf = made.get(key) ?? draw(title, pages);
  made.set(key, pdf);
  return pdf;
}

async function draw(title: string, pages: number): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let page = 1; page <= pages; page++) {
    pdf.addPage([595, 842]).drawText(`${title} - page ${page} of ${pages}`, { x: 50, y: 780, size: 14, font });
  }
  return Buffer.from(await pdf.save());
}

/** Only this machine may be asked for documents. */
const isLoopback = (url: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);

const downloads = new Map<string, Promise<Buffer | undefined>>();

/** Downloads a document once; undefined when nothing is there, 'elsewhere' when it is not on this machine. */
export async function download(address: string): Promise<Buffer | undefined | 'elsewhere'> {
  const url = new URL(address);
  if (!isLoopback(url)) return 'elsewhere';
  const bytes =
    downloads.get(address) ??
    fetch(url).then(
      async (response) => (response.ok ? Buffer.from(await response.arrayBuffer()) : undefined),
      () => undefined,
    );
  downloads.set(address, bytes);
  return await bytes;
}
