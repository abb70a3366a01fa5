import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf, pagesOf, until } from '../../harness/sandboxClient';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;
let workflow: { id: string };

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
  workflow = { id: sandbox.workflowId };
});

const text = 'Invoice INV-17 from ACME Ltd, Total 12.50 EUR';
/** A run that has ended; the client's own polling looks only once a second. */
const run = async (file: Extend.WorkflowRunsCreateRequestFile, more: Partial<Extend.WorkflowRunsCreateRequest> = {}) => {
  const { id } = await client.workflowRuns.create({ workflow, file, ...more });
  const isOver = ({ status }: Extend.WorkflowRun) => !['PENDING', 'PROCESSING'].includes(status);
  await until(async () => isOver(await client.workflowRuns.retrieve(id)), 'the run');
  return await client.workflowRuns.retrieve(id);
};
const batchOf = (n: number) => Array.from({ length: n }, (_, i) => ({ file: { text: `Invoice INV-${i}` }, metadata: { row: i } }));

describe('one run', () => {
  it('is polled to its end and carries the results of every step', async () => {
    const request = { workflow, file: { text, name: 'mail.txt' }, metadata: { order: 7 }, priority: 1, secrets: { erp: 'x' } };
    const done = await client.workflowRuns.createAndPoll(request);
    expect(done).toMatchObject({
      object: 'workflow_run',
      status: 'PROCESSED',
      metadata: { order: 7 },
      batchId: null,
      workflow: { id: workflow.id, name: 'Invoices' },
      workflowVersion: { version: '1' },
      files: [{ object: 'file', name: 'mail.txt', type: 'TXT', metadata: { pageCount: 1 } }],
      failureReason: null,
    });
    expect(done.stepRuns.map(({ stepType, step }) => [stepType, step.name])).toEqual([
      ['PARSE', 'Parse'],
      ['CLASSIFY', 'Kind'],
      ['EXTRACT', 'Invoice'],
      ['RULE_VALIDATION', 'Checks'],
    ]);
    const [parse, classify, extract, checks] = done.stepRuns as [Extend.StepRun.Parse, Extend.StepRun.Classify, Extend.StepRun.Extract, Extend.StepRun.RuleValidation];
    expect(parse.result?.parseRun.output?.chunks[0]?.content).toBe(text);
    expect(classify.result?.classifyRun.output).toMatchObject({ id: 'cls_invoice', type: 'invoice' });
    expect((extract.result?.extractRun.output as Extend.ExtractOutputJson).value).toEqual({
      invoiceNumber: 'INV-17',
      total: 12.5,
      currency: 'EUR',
      vendor: 'ACME Ltd',
      characters: text.length,
      pageCount: 1,
    });
    expect(checks.result).toEqual({ rules: [{ name: 'has total', valid: true }], allPassed: true });
    expect(JSON.stringify(done)).not.toContain('erp');
  });

  it('fails a rule when nothing is found to satisfy it', async () => {
    const checks = (await run({ text: 'a letter' })).stepRuns.at(-1) as Extend.StepRun.RuleValidation;
    expect(checks.result).toMatchObject({ allPassed: false, rules: [{ valid: false, failureReason: 'RULE_FAILED' }] });
  });

  it.each([
    ['NEEDS REVIEW', 'NEEDS_REVIEW', null],
    ['REJECT', 'REJECTED', null],
    ['FAIL', 'FAILED', 'DOCUMENT_PROCESSOR_ERROR'],
    ['FUTURE STATUS', 'ARCHIVED', null],
  ])('a text with %s ends %s', async (words, status, failureReason) => {
    expect(await run({ text: `Please ${words}` })).toMatchObject({ status, failureReason });
  });

  it('goes through PENDING and PROCESSING when places are taken', async () => {
    sandbox.configure({ runMs: 1500, runsAtOnce: 1 });
    const [first, second] = [
      await client.workflowRuns.create({ workflow, file: { text } }),
      await client.workflowRuns.create({ workflow, file: { text } }),
    ];
    const statusOf = async ({ id }: { id: string }) => (await client.workflowRuns.retrieve(id)).status;
    expect([await statusOf(first), await statusOf(second)]).toEqual(['PROCESSING', 'PENDING']);
    await until(async () => (await statusOf(first)) === 'PROCESSED', 'the first run');
    expect(await statusOf(second)).toBe('PROCESSING');
    await until(async () => (await statusOf(second)) === 'PROCESSED', 'the second run');
  });

  it('takes a package of files as one run, and refuses the same file twice', async () => {
    const url = (name: string) => ({ url: `${sandbox.url}/_sandbox/documents/${name}.pdf?pages=2` });
    const created = await client.workflowRuns.create({ workflow, package: { files: [url('a'), url('b')] } });
    await until(async () => (await client.workflowRuns.retrieve(created.id)).status === 'PROCESSED', 'the package');
    const done = await client.workflowRuns.retrieve(created.id);
    expect(done.files.map(({ name }) => name)).toEqual(['a.pdf', 'b.pdf']);
    expect((done.stepRuns[0] as Extend.StepRun.Parse).result?.parseRun.metrics?.pageCount).toBe(4);
    await expect(client.workflowRuns.create({ workflow, package: { files: [url('a'), url('a')] } })).rejects.toThrow(Extend.BadRequestError);
    await expect(client.workflowRuns.create({ workflow, package: { files: [url('a')] } })).rejects.toThrow(Extend.BadRequestError);
    await expect(client.workflowRuns.create({ workflow })).rejects.toThrow(Extend.BadRequestError);
  });

  it('keeps a result that was given for a processor', async () => {
    const outputs = [{ processorId: 'ex_invoice', output: { value: { total: 99 } } }];
    const extract = (await run({ text }, { outputs })).stepRuns[2] as Extend.StepRun.Extract;
    expect((extract.result?.extractRun.output as Extend.ExtractOutputJson).value).toEqual({ total: 99 });
  });

  it('merges metadata on update, and cleans usage tags', async () => {
    const { id } = await client.workflowRuns.create({ workflow, file: { text }, metadata: { a: 1, b: 1, 'extend:usage_tags': ['q 4!'] } });
    expect((await client.workflowRuns.update(id, { metadata: { b: 2 } })).metadata).toEqual({ a: 1, b: 2, 'extend:usage_tags': ['q4'] });
  });

  it('is cancelled a little later than asked, and not at all once it has ended', async () => {
    sandbox.configure({ runMs: 5000, cancelMs: 60 });
    const { id } = await client.workflowRuns.create({ workflow, file: { text } });
    expect((await client.workflowRuns.cancel(id)).status).toBe('CANCELLING');
    await until(async () => (await client.workflowRuns.retrieve(id)).status === 'CANCELLED', 'the cancel');
    await expect(client.workflowRuns.cancel(id)).rejects.toMatchObject({ statusCode: 400, body: { message: expect.stringContaining('terminal') } });
  });

  it('is gone after a delete', async () => {
    const { id } = await client.workflowRuns.create({ workflow, file: { text } });
    expect(await client.workflowRuns.delete(id)).toEqual({ id });
    await expect(client.workflowRuns.retrieve(id)).rejects.toThrow(Extend.NotFoundError);
    expect((await client.workflowRuns.list()).data).toEqual([]);
  });

  it('that waits for a review is decided by a human', async () => {
    const waiting = [await run({ text: 'NEEDS REVIEW' }), await run({ text: 'NEEDS REVIEW' })] as const;
    sandbox.review(waiting[0].id, 'approve');
    sandbox.review(waiting[1].id, 'reject');
    expect(await client.workflowRuns.retrieve(waiting[0].id)).toMatchObject({ status: 'PROCESSED', reviewed: true });
    expect(await client.workflowRuns.retrieve(waiting[1].id)).toMatchObject({ status: 'REJECTED', rejectionNote: expect.any(String) });
    expect(() => sandbox.review(waiting[0].id, 'approve')).toThrow('not NEEDS_REVIEW');
  });
});

describe('a batch', () => {
  it('answers with its id alone; each input becomes one run with its metadata', async () => {
    const answer = await client.workflowRuns.createBatch({ workflow, inputs: batchOf(120), priority: 5 });
    expect(answer).toEqual({ batchId: expect.stringMatching(/^batch_/) });
    // By the time of the last change, the default, rows would move between pages while the runs go on.
    const query = { ...answer, maxPageSize: 50, sortBy: 'createdAt' };
    const listed = (await pagesOf((nextPageToken) => client.workflowRuns.list({ ...query, nextPageToken }))).flat();
    const full = await Promise.all(listed.map(async ({ id }) => await client.workflowRuns.retrieve(id)));
    expect(full.map(({ metadata }) => metadata.row as number).sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, i) => i));
    expect(full.every(({ batchId }) => batchId === answer.batchId)).toBe(true);
    const { batches, runs } = sandbox.ledger();
    expect(batches).toMatchObject([{ ...answer, workflowId: workflow.id, priority: 5, inputCount: 120 }]);
    expect(batches[0]?.runIds.map((id) => runs.find((one) => one.id === id)?.metadata.row)).toEqual(Array.from({ length: 120 }, (_, i) => i));
  });

  it('lists runs in an order that has nothing to do with the inputs, and without metadata', async () => {
    const { batchId } = await client.workflowRuns.createBatch({ workflow, inputs: batchOf(50) });
    const { data } = await client.workflowRuns.list({ batchId, maxPageSize: 1000, sortBy: 'createdAt', sortDir: 'asc' });
    expect(data.map(({ id }) => id)).not.toEqual(sandbox.ledger().batches[0]?.runIds);
    expect(data[0]).not.toHaveProperty('metadata');
    expect(data[0]).not.toHaveProperty('stepRuns');
  });

  it('becomes visible in lists only after the delay', async () => {
    sandbox.configure({ listDelayMs: 120 });
    const { batchId } = await client.workflowRuns.createBatch({ workflow, inputs: batchOf(3) });
    expect((await client.workflowRuns.list({ batchId })).data).toHaveLength(0);
    await until(async () => (await client.workflowRuns.list({ batchId })).data.length === 3, 'the runs in the list');
  });
});

describe('lists', () => {
  it('are cut into pages of any size, each run once, with tokens that must be encoded', async () => {
    const { batchId } = await client.workflowRuns.createBatch({ workflow, inputs: batchOf(25) });
    const first = await client.workflowRuns.list({ batchId, sortBy: 'createdAt', maxPageSize: 10 });
    expect(first.nextPageToken).toMatch(/[+/=:]/);
    const pages = await pagesOf((nextPageToken) => client.workflowRuns.list({ batchId, sortBy: 'createdAt', maxPageSize: 10, nextPageToken }));
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(25);
  });

  it('may have shorter pages than asked for', async () => {
    sandbox.configure({ pageCap: 4 });
    await client.workflowRuns.createBatch({ workflow, inputs: batchOf(6) });
    const pages = await pagesOf((nextPageToken) => client.workflowRuns.list({ maxPageSize: 100, nextPageToken }));
    expect(pages.map((page) => page.length)).toEqual([4, 2]);
  });

  it('refuse a token of another query, and page sizes out of bounds', async () => {
    const { batchId } = await client.workflowRuns.createBatch({ workflow, inputs: batchOf(3) });
    const { nextPageToken } = await client.workflowRuns.list({ batchId, maxPageSize: 1 });
    await expect(client.workflowRuns.list({ maxPageSize: 1, nextPageToken })).rejects.toThrow(Extend.BadRequestError);
    await expect(client.workflowRuns.list({ maxPageSize: 1001 })).rejects.toThrow(Extend.BadRequestError);
  });

  it('filter by status, workflow, batch and file name, and sort both ways', async () => {
    const other = await client.workflows.create({ name: 'Other' });
    const failed = await run({ text: 'FAIL', name: 'broken.txt' });
    const good = await run({ text }, { workflow: { id: other.id } });
    const ids = async (query: Extend.WorkflowRunsListRequest) => (await client.workflowRuns.list(query)).data.map(({ id }) => id);
    expect(await ids({ status: 'FAILED' })).toEqual([failed.id]);
    expect(await ids({ workflowId: other.id })).toEqual([good.id]);
    expect(await ids({ fileNameContains: 'broken' })).toEqual([failed.id]);
    expect(await ids({ batchId: 'batch_unknown' })).toEqual([]);
    expect(await ids({ sortBy: 'createdAt', sortDir: 'asc' })).toEqual([failed.id, good.id]);
    expect(await ids({ sortBy: 'createdAt' })).toEqual([good.id, failed.id]);
    await client.workflowRuns.update(failed.id, { metadata: { touched: true } });
    expect(await ids({})).toEqual([failed.id, good.id]);
  });
});

describe('what the documentation leaves open', () => {
  const configure = (unknowns: Parameters<Sandbox['configure']>[0]['unknowns']) => sandbox.configure({ unknowns });

  it('names the kind of a step run here, there, or in both places', async () => {
    const seen = async () => {
      const [first] = (await run({ text })).stepRuns;
      return [first?.stepType, first?.step.type];
    };
    expect(await seen()).toEqual(['PARSE', 'PARSE']);
    configure({ stepTypeAt: 'stepRun' });
    expect(await seen()).toEqual(['PARSE', undefined]);
    configure({ stepTypeAt: 'step' });
    expect(await seen()).toEqual([undefined, 'PARSE']);
  });

  it('answers a creation with PROCESSING or PENDING', async () => {
    const created = async () => (await client.workflowRuns.create({ workflow, file: { text } })).status;
    expect(await created()).toBe('PROCESSING');
    configure({ createStatus: 'PENDING' });
    expect(await created()).toBe('PENDING');
  });

  it('accepts, ignores or refuses the priority of a batch', async () => {
    const send = async () => await client.workflowRuns.createBatch({ workflow, inputs: batchOf(1), priority: 9 });
    configure({ priorityInBatch: 'ignore' });
    await send();
    expect(sandbox.ledger().batches[0]).not.toHaveProperty('priority');
    configure({ priorityInBatch: 'reject' });
    await expect(send()).rejects.toThrow(Extend.BadRequestError);
  });

  it('says {} or null where there is no metadata', async () => {
    expect((await run({ text })).metadata).toEqual({});
    configure({ nullMetadata: true });
    expect((await run({ text })).metadata).toBeNull();
  });

  it('refuses a batch for one bad input, or fails that one run', async () => {
    const inputs = [...batchOf(2), { file: { id: 'file_missing' } }];
    await expect(client.workflowRuns.createBatch({ workflow, inputs })).rejects.toMatchObject({
      body: { message: expect.stringMatching(/Path: inputs\[2\]\.file\.id$/) },
    });
    expect(sandbox.ledger().runs).toHaveLength(0);
    configure({ badInput: 'failRun' });
    const { batchId } = await client.workflowRuns.createBatch({ workflow, inputs });
    await until(async () => (await client.workflowRuns.list({ batchId, status: 'FAILED' })).data.length === 1, 'the failed run');
    await until(async () => (await client.workflowRuns.list({ batchId, status: 'PROCESSED' })).data.length === 2, 'the others');
  });

  it('may lose an input without a trace', async () => {
    configure({ runWithoutRecord: true });
    await client.workflowRuns.createBatch({ workflow, inputs: [...batchOf(2), { file: { text: 'NO RUN' } }] });
    expect(sandbox.ledger()).toMatchObject({ batches: [{ inputCount: 3, runIds: { length: 2 } }], runs: { length: 2 } });
  });

  it('runs or refuses the version `latest`', async () => {
    const start = async () => await client.workflowRuns.create({ workflow: { ...workflow, version: 'latest' }, file: { text } });
    expect((await start()).workflowVersion.version).toBe('1');
    configure({ latestVersion: 'reject' });
    await expect(start()).rejects.toThrow(Extend.NotFoundError);
  });

  it('lets ended runs be updated or not', async () => {
    const { id } = await run({ text });
    await client.workflowRuns.update(id, { metadata: { a: 1 } });
    configure({ updateEnded: 'reject' });
    await expect(client.workflowRuns.update(id, { metadata: { a: 2 } })).rejects.toThrow(Extend.BadRequestError);
  });

  it('refuses bodies with 400 or 422, cancels of ended runs with a status of its choice', async () => {
    configure({ validationStatus: 422, cancelEndedStatus: 409 });
    await expect(client.workflowRuns.createBatch({ workflow, inputs: [] })).rejects.toThrow(Extend.UnprocessableEntityError);
    const { id } = await run({ text });
    await expect(client.workflowRuns.cancel(id)).rejects.toMatchObject({ statusCode: 409 });
  });
});
