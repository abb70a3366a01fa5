import { Extend, type ExtendClient } from 'extend-ai';
import { PDFDocument } from 'pdf-lib';
import { nestedSplitSteps, type Sandbox, splitSteps, twoSplitsSteps } from '../../sandbox';
import { clientOf, until } from '../../harness/sandboxClient';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10 });

const DOCUMENT = [
  'A cover sheet',
  '--- Invoice INV-1 ---\nTotal 1.5 EUR',
  '--- Receipt R 2 ---\nTotal 2 EUR',
  '--- Invoice INV-3 ---\nNothing but noise',
  '--- Invoice INV-4 ---\nTotal 4 EUR',
].join('\n');

async function run(steps: Extend.WorkflowStepDefinition[], file: Extend.WorkflowRunsCreateRequestFile, more: Partial<Extend.WorkflowRunsCreateRequest> = {}): Promise<Extend.WorkflowRun> {
  const { id } = await client.workflows.create({ name: 'Parts', steps });
  const created = await client.workflowRuns.create({ workflow: { id }, file, ...more });
  await until(async () => (await client.workflowRuns.retrieve(created.id)).status === 'PROCESSED', 'the run');
  return await client.workflowRuns.retrieve(created.id);
}

const named = ({ stepRuns }: Extend.WorkflowRun, name: string) => stepRuns.filter(({ step }) => step.name === name);
const splitsOf = (done: Extend.WorkflowRun, name: string) =>
  (named(done, name) as Extend.StepRun.Split[]).flatMap(({ result }) => result?.splitRun.output?.splits ?? []);
const extracted = (done: Extend.WorkflowRun, name: string) =>
  (named(done, name) as Extend.StepRun.Extract[]).map(({ files: [file], result }) => [
    file?.metadata.parentSplit?.identifier,
    (result?.extractRun.output as Extend.ExtractOutputJson | null)?.value.total,
  ]);

describe('a workflow with a split', () => {
  it('makes a file of each part, and runs what follows once for each, in an order of its own', async () => {
    const done = await run(splitSteps, { text: DOCUMENT, name: 'mail.txt' });
    const splits = splitsOf(done, 'Parts');
    expect(splits.map(({ type, classificationId, identifier, startPage, endPage }) => [type, classificationId, identifier, startPage, endPage])).toEqual([
      ['other', 'cls_other', 'other_1_1', 1, 1],
      ['invoice', 'cls_invoice', 'INV-1', 2, 2],
      ['receipt', 'cls_receipt', 'R 2', 3, 3],
      ['invoice', 'cls_invoice', 'INV-3', 4, 4],
      ['invoice', 'cls_invoice', 'INV-4', 5, 5],
    ]);
    expect(extracted(done, 'Invoice')).toEqual([['INV-3', null], ['INV-4', 4], ['INV-1', 1.5]]);
    expect(extracted(done, 'Receipt')).toEqual([['R 2', 2]]);
    expect(named(done, 'Parse')[0]?.files).toEqual(done.files);
    const checks = named(done, 'Checks') as Extend.StepRun.RuleValidation[];
    expect(checks.map(({ files, result }) => [files[0]?.metadata.parentSplit?.identifier, result?.allPassed])).toEqual([['INV-3', false], ['INV-4', true], ['INV-1', true]]);
    expect(new Set(done.stepRuns.map(({ id }) => id)).size).toBe(done.stepRuns.length);
    const [first] = splits;
    const file = await client.files.retrieve(first?.fileId ?? '', { rawText: true });
    expect(file).toMatchObject({
      name: 'mail_1-1.txt',
      type: 'TXT',
      parentFileId: done.files[0]?.id,
      metadata: { pageCount: 1, parentSplit: { id: first?.id, type: 'other', identifier: 'other_1_1', startPage: 1, endPage: 1 } },
      contents: { rawText: 'A cover sheet\n' },
    });
    expect(await (await fetch(file.presignedUrl ?? '')).text()).toBe('A cover sheet\n');
    expect((named(done, 'Receipt')[0] as Extend.StepRun.Extract).result?.extractRun.file?.id).toBe(splits[2]?.fileId);
    // The same run has the same parts whenever it is read.
    expect(await client.workflowRuns.retrieve(done.id)).toEqual(done);
  });

  it('cuts a PDF between its pages, and each page is a part where no heading is found', async () => {
    const content = await (await fetch(`${sandbox.url}/_sandbox/documents/scan.pdf?pages=3`)).arrayBuffer();
    const { id } = await client.files.upload(new File([content], 'scan.pdf'), {});
    const done = await run(splitSteps, { id });
    const splits = splitsOf(done, 'Parts');
    expect(splits.map(({ identifier }) => identifier)).toEqual(['invoice_1_1', 'invoice_2_2', 'invoice_3_3']);
    const { presignedUrl, name, parentFileId } = await client.files.retrieve(splits[1]?.fileId ?? '');
    expect([name, parentFileId]).toEqual(['scan_2-2.pdf', id]);
    const part = await PDFDocument.load(await (await fetch(presignedUrl ?? '')).arrayBuffer());
    expect(part.getPageCount()).toBe(1);
  });

  it('lists the files of parts beside the others, runs on them, and deletes them', async () => {
    const splits = splitsOf(await run(splitSteps, { text: DOCUMENT }), 'Parts');
    const { data } = await client.files.list({ maxPageSize: 100, sortDir: 'asc' });
    expect(data.map(({ id }) => id)).toEqual(splits.map(({ fileId }) => fileId));
    const again = await run(splitSteps, { id: splits[4]?.fileId ?? '' });
    expect(again.files).toEqual([data[4]]);
    expect(extracted(again, 'Invoice')).toEqual([['INV-4', 4]]);
    await client.files.delete(splits[0]?.fileId ?? '');
    await expect(client.files.retrieve(splits[0]?.fileId ?? '')).rejects.toThrow(Extend.NotFoundError);
    expect(sandbox.ledger().files).toEqual([]);
  });

  it('takes over splits that are given with the run', async () => {
    const steps = splitSteps.map((step) => (step.type === 'SPLIT' ? { ...step, config: { splitter: { id: 'spl_1', version: '1.0' } } } : step));
    const given = [{ classificationId: 'cls_invoice', type: 'invoice', startPage: 2, endPage: 4 }];
    const done = await run(steps, { text: DOCUMENT }, { outputs: [{ processorId: 'spl_1', output: { splits: given } }] });
    expect(splitsOf(done, 'Parts')).toMatchObject([{ ...given[0], identifier: 'invoice_2_4' }]);
    expect(extracted(done, 'Invoice')).toEqual([['invoice_2_4', 1.5]]);
  });
});

describe('several splits in one workflow', () => {
  it('side by side each have parts of their own', async () => {
    const done = await run(twoSplitsSteps, { text: DOCUMENT });
    expect(splitsOf(done, 'Invoices').map(({ identifier, startPage, endPage }) => [identifier, startPage, endPage])).toEqual([
      ['other_1_1', 1, 1],
      ['INV-1', 2, 3],
      ['INV-3', 4, 4],
      ['INV-4', 5, 5],
    ]);
    expect(splitsOf(done, 'Receipts').map(({ identifier, startPage, endPage }) => [identifier, startPage, endPage])).toEqual([['other_1_2', 1, 2], ['R 2', 3, 5]]);
    expect(extracted(done, 'Invoice').map(([identifier]) => identifier)).toEqual(['INV-3', 'INV-4', 'INV-1']);
    expect(extracted(done, 'Receipt').map(([identifier]) => identifier)).toEqual(['R 2']);
  });

  it('one behind the other split parts again, counting pages within each', async () => {
    const text = ['--- Folder A ---', '--- Invoice INV-1 ---\nTotal 1', '--- Folder B ---', '--- Invoice INV-2 ---\nTotal 2', '--- Invoice INV-3 ---\nTotal 3'].join('\n');
    const done = await run(nestedSplitSteps, { text });
    const folders = splitsOf(done, 'Folders');
    expect(folders.map(({ identifier, startPage, endPage }) => [identifier, startPage, endPage])).toEqual([['A', 1, 2], ['B', 3, 5]]);
    const inner = (named(done, 'Invoices') as Extend.StepRun.Split[]).map(({ files, result }) => [files[0]?.id, result?.splitRun.output?.splits.map(({ identifier, startPage }) => `${identifier}@${startPage}`)]);
    expect(inner).toEqual([[folders[1]?.fileId, ['other_1_1@1', 'INV-2@2', 'INV-3@3']], [folders[0]?.fileId, ['other_1_1@1', 'INV-1@2']]]);
    expect(extracted(done, 'Invoice').sort()).toEqual([['INV-1', 1], ['INV-2', 2], ['INV-3', 3]]);
    const [file] = named(done, 'Invoice')[0]?.files ?? [];
    expect(folders.map(({ fileId }) => fileId)).toContain(file?.parentFileId);
  });
});

describe('an extraction of a part that fails', () => {
  const text = '--- Invoice INV-1 ---\nUNREADABLE\n--- Invoice INV-2 ---\nTotal 2 EUR';
  const seen = async () =>
    (named(await run(splitSteps, { text }), 'Invoice') as Extend.StepRun.Extract[]).map(({ status, files, result }) => [
      files[0]?.metadata.parentSplit?.identifier,
      status,
      result && [result.extractRun.status, result.extractRun.failureReason, result.extractRun.output && 'output'],
    ]);
  const good = ['INV-2', 'PROCESSED', ['PROCESSED', null, 'output']];

  it('has a step run with the failed extraction, with null, or none', async () => {
    expect(await seen()).toEqual([good, ['INV-1', 'FAILED', ['FAILED', 'PARSING_ERROR', null]]]);
    sandbox.configure({ unknowns: { failedStepRun: 'withoutResult' } });
    expect(await seen()).toEqual([good, ['INV-1', 'FAILED', null]]);
    sandbox.configure({ unknowns: { failedStepRun: 'missing' } });
    expect(await seen()).toEqual([good]);
  });
});
