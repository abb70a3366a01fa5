import { PDFDocument, StandardFonts } from 'pdf-lib';
import { remember } from './pdfText';

/** Pages of a real PDF; 1 for what only claims to be one. */
export async function pageCountOf(bytes: Uint8Array): Promise<number> {
  try {
    const pdf = await PDFDocument.load(bytes, { ignoreEncryption: true, updateMetadata: false });
    return pdf.getPageCount();
  } catch {
    return 1;
  }
}

/** Why nobody can read these bytes as a PDF, if so. */
export function whyUnreadable(bytes: Buffer, password: boolean): string | undefined {
  if (!bytes.subarray(0, 1024).includes('%PDF-')) return 'The file is not a valid PDF';
  return bytes.includes('/Encrypt') && !password ? 'The file is protected by a password' : undefined;
}

/** Some pages of a PDF, as a file of its own; all of them when they cannot be told apart. */
export async function cutPdf(bytes: Buffer, from: number, to: number): Promise<Buffer> {
  try {
    const whole = await PDFDocument.load(bytes, { ignoreEncryption: true, updateMetadata: false });
    const part = await PDFDocument.create();
    const wanted = whole.getPageIndices().slice(from - 1, to);
    for (const page of await part.copyPages(whole, wanted)) part.addPage(page);
    return Buffer.from(await part.save());
  } catch {
    return bytes;
  }
}

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
  const texts = Array.from({ length: pages }, (_, i) => `${title} - page ${i + 1} of ${pages}`);
  for (const text of texts) pdf.addPage([595, 842]).drawText(text, { x: 50, y: 780, size: 14, font });
  const bytes = Buffer.from(await pdf.save());
  remember(bytes, texts);
  return bytes;
}
