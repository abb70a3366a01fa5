import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extend, type ExtendClient } from 'extend-ai';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import type { Sandbox } from '../../sandbox';
import { INVOICES, totalsOf } from '../../scripts/documents/invoices';
import { clientOf, until } from '../../harness/sandboxClient';
import { useSandbox } from '../support/useSandbox';

const FOLDER = join(__dirname, '../../examples/documents');

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10 });

const upload = async (name: string, content: Uint8Array) => await client.files.upload(new File([new Uint8Array(content)], name), {});

async function run(file: Extend.WorkflowRunsCreateRequestFile): Promise<Extend.WorkflowRun> {
  const { id } = await client.workflowRuns.create({ workflow: { id: sandbox.workflowId }, file });
  await until(async () => !['PENDING', 'PROCESSING'].includes((await client.workflowRuns.retrieve(id)).status), 'the run');
  return await client.workflowRuns.retrieve(id);
}
const values = ({ stepRuns }: Extend.WorkflowRun) => ((stepRuns[2] as Extend.StepRun.Extract).result?.extractRun.output as Extend.ExtractOutputJson).value;
const chunks = ({ stepRuns }: Extend.WorkflowRun) => (stepRuns[0] as Extend.StepRun.Parse).result?.parseRun.output?.chunks ?? [];

/** A PDF that only a reader of PDF understands: the text in it is compressed. */
async function pdfOf(...texts: string[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const text of texts) pdf.addPage().drawText(text, { x: 50, y: 700, size: 12, font });
  return await pdf.save();
}

it.each(INVOICES.map((invoice) => [invoice.number, invoice] as const))('%s of the examples gives its own number, total and currency', async (number, invoice) => {
  const content = readFileSync(join(FOLDER, `${number.replaceAll('/', '-')}.pdf`));
  const done = await run({ id: (await upload('scan.pdf', content)).id });
  const { total } = totalsOf(invoice);
  expect(values(done)).toMatchObject({ invoiceNumber: number, total: total / 100, currency: invoice.currency });
  const pages = chunks(done);
  expect(pages.map(({ type, metadata: { pageRange } }) => [type, pageRange.start, pageRange.end])).toEqual(pages.map((_, i) => ['page', i + 1, i + 1]));
  expect(pages.length).toBe(done.files[0]?.metadata.pageCount);
  expect(pages[0]?.content).toContain(`Invoice number ${number}`);
  expect(pages.at(-1)?.content).toContain(`Page ${pages.length} of ${pages.length}`);
});

it('a PDF drawn by the sandbox says what a reader finds in it', async () => {
  const bytes = Buffer.from(await (await fetch(`${sandbox.url}/_sandbox/documents/INV-7.pdf?pages=2`)).arrayBuffer());
  const known = chunks(await run({ id: (await upload('a.pdf', bytes)).id })).map(({ content }) => content);
  // One byte more is another file to the sandbox, so it has to be read.
  const read = chunks(await run({ id: (await upload('a.pdf', Buffer.concat([bytes, Buffer.from('\n')]))).id })).map(({ content }) => content);
  expect(known).toEqual(['INV-7.pdf - page 1 of 2', 'INV-7.pdf - page 2 of 2']);
  expect(read).toEqual(known);
});

it('words in a PDF decide how its run ends', async () => {
  expect((await run({ id: (await upload('a.pdf', await pdfOf('One', 'NEEDS REVIEW please'))).id })).status).toBe('NEEDS_REVIEW');
});

it('of a PDF that cannot be read the name is understood', async () => {
  const torn = Buffer.from('%PDF-1.4\n1 0 obj\n<< >>\nendobj\nstartxref\n9999\n%%EOF');
  const done = await run({ id: (await upload('INV-4 Total 2.5.pdf', torn)).id });
  expect(done).toMatchObject({ status: 'PROCESSED', files: [{ metadata: { pageCount: 1 } }] });
  expect(values(done)).toMatchObject({ invoiceNumber: 'INV-4', total: 2.5 });
  expect(chunks(done).map(({ content }) => content)).toEqual(['INV-4 Total 2.5.pdf']);
});

it('a batch of one PDF in a thousand files reads it once', async () => {
  // Five pages take the reader tens of milliseconds: a thousand times that would be far too long.
  const content = readFileSync(join(FOLDER, 'SO-26-1187.pdf'));
  const first = await run({ id: (await upload('first.pdf', content)).id });
  const files = await Promise.all(Array.from({ length: 20 }, async (_, i) => await upload(`copy-${i}.pdf`, content)));
  const inputs = Array.from({ length: 1000 }, (_, i) => ({ file: { id: files[i % 20]?.id ?? '' } }));
  const began = performance.now();
  const { batchId } = await client.workflowRuns.createBatch({ workflow: { id: sandbox.workflowId }, inputs });
  await until(async () => (await client.workflowRuns.list({ batchId, status: 'PROCESSED', maxPageSize: 1000 })).data.length === 1000, 'the batch');
  expect(performance.now() - began).toBeLessThan(3000);
  const [some] = (await client.workflowRuns.list({ batchId })).data;
  expect(values(await client.workflowRuns.retrieve(some?.id ?? ''))).toMatchObject({ invoiceNumber: 'SO/26/1187', total: 52416.21 });
  expect(values(first)).toMatchObject({ total: 52416.21 });
});
