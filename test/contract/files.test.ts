import { createHash } from 'node:crypto';
import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf, pagesOf, until } from '../../harness/sandboxClient';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;
let pdf: Buffer;

useSandbox(async (started) => {
  sandbox = started;
  client = clientOf(sandbox);
  pdf = Buffer.from(await (await fetch(`${sandbox.url}/_sandbox/documents/letter.pdf?pages=3`)).arrayBuffer());
}, { runMs: 10 });

const upload = async (name: string, content: Buffer | string = pdf, request: Extend.FilesUploadRequest = {}) =>
  await client.files.upload(new File([new Uint8Array(Buffer.from(content))], name), request);

/** Runs the default workflow on documents, to the end. */
async function run(file: Extend.WorkflowRunsCreateRequestFile): Promise<Extend.WorkflowRun> {
  const { id } = await client.workflowRuns.create({ workflow: { id: sandbox.workflowId }, file });
  await until(async () => !['PENDING', 'PROCESSING'].includes((await client.workflowRuns.retrieve(id)).status), 'the run');
  return await client.workflowRuns.retrieve(id);
}
const values = ({ stepRuns }: Extend.WorkflowRun) => ((stepRuns[2] as Extend.StepRun.Extract).result?.extractRun.output as Extend.ExtractOutputJson).value;

describe('files', () => {
  it('are uploaded, found and downloaded again without a token, byte by byte', async () => {
    const uploaded = await upload('Größe 文書.pdf');
    expect(uploaded).toMatchObject({ object: 'file', name: 'Größe 文書.pdf', type: 'PDF', presignedUrl: null, metadata: {} });
    const { presignedUrl, metadata } = await client.files.retrieve(uploaded.id);
    expect(metadata).toEqual({ pageCount: 3 });
    const downloaded = await fetch(presignedUrl ?? '');
    expect(Buffer.from(await downloaded.arrayBuffer()).equals(pdf)).toBe(true);
    const sha256 = createHash('sha256').update(pdf).digest('hex');
    expect(sandbox.ledger().files).toEqual([{ id: uploaded.id, name: 'Größe 文書.pdf', bytes: pdf.length, sha256, pageCount: 3, password: false }]);
  });

  it('are never handed out for a token, a changed signature, or after the time is over', async () => {
    const { id } = await upload('a.pdf');
    const { presignedUrl } = await client.files.retrieve(id);
    const status = async (url: string, headers: Record<string, string> = {}) => (await fetch(url, { headers })).status;
    expect(await status(presignedUrl ?? '', { authorization: `Bearer ${sandbox.token}` })).toBe(400);
    expect(await status((presignedUrl ?? '').replace(/X-Expires=\d/, 'X-Expires=9'))).toBe(403);
    sandbox.configure({ presignedMs: 1 });
    const late = (await client.files.retrieve(id)).presignedUrl ?? '';
    await until(async () => (await status(late)) === 403, 'the end of its time');
    expect(sandbox.ledger().downloads.filter(({ authorized }) => authorized)).toEqual([expect.objectContaining({ status: 400, path: `/files/${id}` })]);
  });

  it('are listed by name, page by page, and deleted', async () => {
    for (const name of ['a.txt', 'b.txt', 'c.csv']) await upload(name, 'x');
    const pages = await pagesOf((nextPageToken) => client.files.list({ nameContains: '.txt', sortDir: 'asc', maxPageSize: 1, nextPageToken }));
    expect(pages.flat().map(({ name, type }) => [name, type])).toEqual([['a.txt', 'TXT'], ['b.txt', 'TXT']]);
    const [{ id }] = pages.flat() as [Extend.FileSummary];
    expect(await client.files.delete(id)).toEqual({ id });
    await expect(client.files.retrieve(id)).rejects.toThrow(Extend.NotFoundError);
  });

  it('are converted to PDF on request', async () => {
    expect(await upload('scan.png', 'x', { convertToPdf: true })).toMatchObject({ type: 'PDF' });
    expect(await upload('scan.png', 'x')).toMatchObject({ type: 'IMG' });
    expect(await upload('scan.xyz', 'x')).toMatchObject({ type: null });
  });

  it('give their text', async () => {
    const { id } = await upload('note.txt', 'Total 7');
    expect((await client.files.retrieve(id, { rawText: true })).contents).toEqual({ rawText: 'Total 7' });
  });

  it('need a file name, and a form', async () => {
    const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09' };
    const form = new FormData();
    form.set('file', 'text without a file name');
    const send = async (body: FormData | string) => await fetch(`${sandbox.url}/files/upload`, { method: 'POST', headers, body });
    expect((await send(form)).status).toBe(400);
    expect((await send('x')).status).toBe(400);
    expect(sandbox.ledger().files).toEqual([]);
  });

  it('may not be larger than the server takes', async () => {
    sandbox.configure({ maxFileBytes: 100 });
    await expect(upload('a.pdf')).rejects.toMatchObject({ statusCode: 400, body: { code: 'FILE_SIZE_TOO_LARGE' } });
    expect(sandbox.ledger().files).toEqual([]);
  });
});

describe('runs on uploaded files', () => {
  it('know the real page count, and read names and texts', async () => {
    const done = await run({ id: (await upload('INV-9 Total 8.25 EUR.pdf')).id });
    expect(done.files).toMatchObject([{ name: 'INV-9 Total 8.25 EUR.pdf', type: 'PDF', metadata: { pageCount: 3 } }]);
    expect(values(done)).toMatchObject({ invoiceNumber: 'INV-9', total: 8.25, currency: 'EUR', pageCount: 3 });
    expect(values(await run({ id: (await upload('a.txt', 'Invoice INV-5 Total 4 USD')).id }))).toMatchObject({ invoiceNumber: 'INV-5', total: 4 });
  });

  it('fail on what is no PDF, and on a protected one without its password', async () => {
    const locked = Buffer.concat([pdf, Buffer.from('\ntrailer << /Encrypt 1 0 R >>')]);
    const outcome = async (file: Extend.File_) => {
      const { status, failureReason, failureMessage } = await run({ id: file.id });
      return [status, failureReason, failureMessage];
    };
    expect(await outcome(await upload('a.pdf', 'hello'))).toEqual(['FAILED', 'FAILED_TO_PROCESS_FILE', 'The file is not a valid PDF']);
    expect(await outcome(await upload('a.pdf', locked))).toEqual(['FAILED', 'FAILED_TO_PROCESS_FILE', 'The file is protected by a password']);
    expect((await outcome(await upload('a.pdf', locked, { password: 'p' })))[0]).toBe('PROCESSED');
    expect(sandbox.ledger().files.at(-1)?.password).toBe(true);
  });

  it('stay or go when the file is deleted', async () => {
    const kept = await upload('a.txt', 'x');
    const { id } = await run({ id: kept.id });
    await client.files.delete(kept.id);
    expect((await client.workflowRuns.retrieve(id)).status).toBe('PROCESSED');
    sandbox.configure({ unknowns: { deleteFileDeletesRuns: true } });
    const gone = await upload('b.txt', 'x');
    const second = await run({ id: gone.id });
    await client.files.delete(gone.id);
    await expect(client.workflowRuns.retrieve(second.id)).rejects.toThrow(Extend.NotFoundError);
  });
});

describe('runs on addresses', () => {
  it('download the document, once for each address', async () => {
    const url = `${sandbox.url}/_sandbox/documents/INV-3%20Total%201.5.pdf?pages=4`;
    const done = await run({ url });
    expect(done.files).toMatchObject([{ name: 'INV-3 Total 1.5.pdf', type: 'PDF', metadata: { pageCount: 4 } }]);
    expect(values(done)).toMatchObject({ invoiceNumber: 'INV-3', total: 1.5, pageCount: 4 });
    expect((await run({ url, name: 'mine.pdf' })).files[0]?.name).toBe('mine.pdf');
  });

  it('fail when nothing is there, in lists and in full alike', async () => {
    const { id, failureReason, failureMessage } = await run({ url: `${sandbox.url}/_sandbox/documents/none.txt` });
    expect([failureReason, failureMessage]).toEqual(['FAILED_TO_PROCESS_FILE', expect.stringContaining('none.txt (404)')]);
    expect((await client.workflowRuns.list({ status: 'FAILED' })).data.map((one) => one.id)).toEqual([id]);
    expect((await run({ url: 'http://127.0.0.1:9/a.pdf' })).status).toBe('FAILED');
  });

  it('never leave this machine: other addresses count as one page, or fail', async () => {
    const url = 'https://example.com/INV-8.pdf';
    expect(values(await run({ url }))).toMatchObject({ invoiceNumber: 'INV-8', pageCount: 1 });
    sandbox.configure({ nonLoopbackUrls: 'fail' });
    expect((await run({ url })).status).toBe('FAILED');
  });
});
