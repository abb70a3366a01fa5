/** Makes the PDF files of the example anew: tsx scripts/makeDocuments.ts. The output is the same every time. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawInvoice } from './documents/draw';
import { INVOICES } from './documents/invoices';

const FOLDER = join(__dirname, '../examples/documents');

async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const invoice of INVOICES) {
    const bytes = await drawInvoice(invoice);
    const name = `${invoice.number.replaceAll('/', '-')}.pdf`;
    await writeFile(join(FOLDER, name), bytes);
    console.log(`${name}: ${bytes.length} bytes`);
  }
}

void main();
