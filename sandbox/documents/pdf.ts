import { PDFDocument, StandardFonts } from 'pdf-lib';

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
