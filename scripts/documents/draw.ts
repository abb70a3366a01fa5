import { PDFDocument, type PDFFont, type PDFPage, StandardFonts, rgb } from 'pdf-lib';
import { type Invoice, type InvoiceLine, totalsOf } from './invoices';

const PAGE: [number, number] = [595, 842];
const LEFT = 50;
const RIGHT = 545;
const LINE_HEIGHT = 24;
const FIRST_PAGE_LINES = 18;
const PAGE_LINES = 26;
/** The totals need the place of that many lines on the last page. */
const TOTALS_LINES = 6;
const BLACK = rgb(0.1, 0.1, 0.1);
const GREY = rgb(0.45, 0.45, 0.45);

interface Pen {
  page: PDFPage;
  regular: PDFFont;
  bold: PDFFont;
}

interface Style {
  size?: number;
  bold?: boolean;
  colour?: ReturnType<typeof rgb>;
  /** Right edge of the text instead of its left one. */
  alignRight?: boolean;
}

/** Draws an invoice over several pages, as an accounting program does: table on all of them, totals on the last. */
export async function drawInvoice(invoice: Invoice): Promise<Uint8Array> {
  const { number, vendor, date, currency, lines } = invoice;
  const total = amount(totalsOf(invoice).total);
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle(`Invoice ${number}`);
  pdf.setAuthor(vendor);
  pdf.setSubject(`Invoice ${number} from ${vendor}, total ${total.replaceAll(',', '')} ${currency}`);
  pdf.setCreationDate(new Date(`${date}T09:00:00Z`));
  const regular = await pdf.embedFont(StandardFonts.Helvetica);
  const bold = await pdf.embedFont(StandardFonts.HelveticaBold);
  const parts = paginate(lines);
  for (const [index, part] of parts.entries()) {
    const pen: Pen = { page: pdf.addPage(PAGE), regular, bold };
    let y = index === 0 ? letterhead(pen, invoice) : runningHead(pen, invoice);
    y = table(pen, part, y, parts.slice(0, index).reduce((sum, { length }) => sum + length, 0));
    if (index === parts.length - 1) totals(pen, invoice, y - 12);
    write(pen, `Page ${index + 1} of ${parts.length}`, RIGHT, 30, { size: 8, colour: GREY, alignRight: true });
    write(pen, `${vendor} - ${number}`, LEFT, 30, { size: 8, colour: GREY });
  }
  return await pdf.save();
}

function paginate(lines: InvoiceLine[]): InvoiceLine[][] {
  const parts = [lines.slice(0, FIRST_PAGE_LINES)];
  for (let from = FIRST_PAGE_LINES; from < lines.length; from += PAGE_LINES) parts.push(lines.slice(from, from + PAGE_LINES));
  const last = parts.at(-1) ?? [];
  if (last.length > PAGE_LINES - TOTALS_LINES) parts.push(last.splice(PAGE_LINES - TOTALS_LINES));
  return parts;
}

const amount = (hundredths: number): string =>
  (hundredths / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function write({ page, regular, bold }: Pen, text: string, x: number, y: number, style: Style = {}): void {
  const { size = 10, colour = BLACK, alignRight = false } = style;
  const font = style.bold ? bold : regular;
  page.drawText(text, { x: alignRight ? x - font.widthOfTextAtSize(text, size) : x, y, size, font, color: colour });
}

function rule({ page }: Pen, y: number): void {
  page.drawLine({ start: { x: LEFT, y }, end: { x: RIGHT, y }, thickness: 0.5, color: GREY });
}

function letterhead(pen: Pen, { number, vendor, address, customer, date, due, currency, colour }: Invoice): number {
  pen.page.drawRectangle({ x: 0, y: 802, width: PAGE[0], height: 40, color: rgb(...colour) });
  write(pen, vendor, LEFT, 816, { size: 16, bold: true, colour: rgb(1, 1, 1) });
  address.forEach((line, i) => write(pen, line, LEFT, 780 - i * 13, { size: 9, colour: GREY }));
  write(pen, 'INVOICE', RIGHT, 770, { size: 22, bold: true, alignRight: true });
  write(pen, 'Bill to', LEFT, 715, { size: 9, colour: GREY });
  customer.forEach((line, i) => write(pen, line, LEFT, 700 - i * 14, { bold: i === 0 }));
  const facts: Array<[string, string]> = [['Invoice number', number], ['Invoice date', date], ['Due date', due], ['Currency', currency]];
  facts.forEach(([name, value], i) => {
    write(pen, name, 360, 715 - i * 15, { size: 9, colour: GREY });
    write(pen, value, RIGHT, 715 - i * 15, { alignRight: true, bold: i === 0 });
  });
  return columns(pen, 625);
}

function runningHead(pen: Pen, { number, vendor }: Invoice): number {
  write(pen, vendor, LEFT, 800, { bold: true });
  write(pen, `Invoice ${number}, continued`, RIGHT, 800, { size: 9, colour: GREY, alignRight: true });
  return columns(pen, 770);
}

function columns(pen: Pen, y: number): number {
  const style = { size: 9, bold: true };
  write(pen, 'Pos.', LEFT, y, style);
  write(pen, 'Description', 85, y, style);
  for (const [name, x] of [['Quantity', 370], ['Unit price', 455], ['Amount', RIGHT]] as const) write(pen, name, x, y, { ...style, alignRight: true });
  rule(pen, y - 6);
  return y - LINE_HEIGHT - 4;
}

function table(pen: Pen, lines: InvoiceLine[], top: number, before: number): number {
  for (const [i, { description, quantity, unitPrice }] of lines.entries()) {
    const y = top - i * LINE_HEIGHT;
    write(pen, String(before + i + 1), LEFT, y, { size: 9, colour: GREY });
    write(pen, description, 85, y);
    write(pen, String(quantity), 370, y, { alignRight: true });
    write(pen, amount(unitPrice), 455, y, { alignRight: true });
    write(pen, amount(quantity * unitPrice), RIGHT, y, { alignRight: true });
  }
  return top - lines.length * LINE_HEIGHT;
}

function totals(pen: Pen, invoice: Invoice, top: number): void {
  const { net, tax, total } = totalsOf(invoice);
  const { currency, taxPercent, payTo, number, due } = invoice;
  rule(pen, top + 16);
  const rows: Array<[string, number, boolean]> = [['Subtotal', net, false], [`Tax ${taxPercent} %`, tax, false], ['Total', total, true]];
  rows.forEach(([name, value, bold], i) => {
    write(pen, name, 360, top - i * 17, { bold });
    write(pen, `${amount(value)} ${currency}`, RIGHT, top - i * 17, { bold, alignRight: true });
  });
  write(pen, `Please pay by ${due}, quoting ${number}.`, LEFT, top - 70, { size: 9 });
  write(pen, payTo, LEFT, top - 84, { size: 9 });
}
