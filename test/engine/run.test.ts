/** Run: one run per item, single files and packages, started once and reported once. */
import type { IDataObject } from 'n8n-workflow';
import { binaryOf, useBinaryMode } from '../../harness/engine';
import { byId, onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));
beforeAll(async () => await useBinaryMode('filesystem'));

const on = onSandbox(() => sandbox);
const run = async (parameters: IDataObject, input: Parameters<typeof on>[3] = [{}], more = {}) =>
  await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), ...parameters }, input, more);
const sent = () => sandbox.ledger().requests.filter(({ method, path }) => method === 'POST' && path === '/workflow_runs');
const continueOnFail = { node: { onError: 'continueRegularOutput' as const } };

describe('Run', () => {
  it('starts a run for each item and gives it on that item', async () => {
    const { json, origins } = await run(
      { fileSource: 'text', text: '={{ $json.text }}', metadataMode: 'fields', metadataFields: { values: [{ name: 'own', value: '={{ $json.text }}' }] } },
      [{ text: 'a' }, { text: 'b' }, { text: 'c' }],
      { lookBack: true },
    );
    expect(json.map(({ batchId, metadata, source }) => [batchId, metadata, (source as IDataObject).itemIndex])).toEqual([
      [null, { own: 'a' }, 0],
      [null, { own: 'b' }, 1],
      [null, { own: 'c' }, 2],
    ]);
    expect(origins).toEqual([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    expect(sandbox.ledger().runs).toHaveLength(3);
  });

  it('waits for the results when asked to', async () => {
    const { json } = await run(
      { fileSource: 'text', text: '={{ $json.text }}', waitForCompletion: 'poll', options: { includeInputData: true, includeConfidence: true } },
      [{ text: 'Invoice INV-1 Total 10.00 EUR' }, { text: 'FAIL' }, { text: 'NEEDS REVIEW' }],
    );
    expect(json).toMatchObject([
      { status: 'PROCESSED', outputs: { Kind: { type: 'invoice', confidence: 0.97 }, Invoice: { invoiceNumber: 'INV-1' } }, confidence: { Invoice: { total: { ocr: 0.99, model: 0.98, reviewScore: null } } }, input: { text: expect.any(String) } },
      { status: 'FAILED', failureReason: 'DOCUMENT_PROCESSOR_ERROR' },
      { status: 'NEEDS_REVIEW' },
    ]);
  });

  it('gives the status of a run that is not done at the time limit, or an error that names it', async () => {
    sandbox.configure({ runMs: 60_000 });
    const parameters = { fileSource: 'text', text: 'slow', waitForCompletion: 'poll' };
    expect((await run({ ...parameters, options: { timeLimitMinutes: 0.01 } })).json).toMatchObject([{ status: 'PROCESSING', timedOut: true }]);
    const { error } = await run({ ...parameters, options: { timeLimitMinutes: 0.01, onTimeLimit: 'fail' } });
    expect(error?.message).toBe('1 document not done after 0.01 minutes');
    expect(error?.description).toContain(String(sandbox.ledger().runs[1]?.id));
  });

  it('sends version, priority, secrets, tags and given outputs as Extend knows them', async () => {
    await run({
      fileSource: 'url',
      fileUrl: 'https://example.com/a.pdf',
      options: {
        version: byId('1'),
        priority: 3,
        secrets: { values: [{ name: 'erp', value: 'x' }] },
        usageTags: 'finance, q4',
        fileName: 'first.pdf',
        pdfPassword: 'geheim',
        outputs: '[{"processorId":"ex_invoice","output":{"value":{"total":99}}}]',
        addCorrelationMetadata: false,
      },
    });
    expect(sent()[0]?.body).toEqual({
      workflow: { id: sandbox.workflowId, version: '1' },
      file: { url: 'https://example.com/a.pdf', name: 'first.pdf', settings: { password: 'geheim' } },
      outputs: [{ processorId: 'ex_invoice', output: { value: { total: 99 } } }],
      priority: 3,
      metadata: { 'extend:usage_tags': ['finance', 'q4'] },
      secrets: { erp: 'x' },
    });
  });

  it('refuses to run with Retry On Fail', async () => {
    const { error } = await run({ fileSource: 'text', text: 'x' }, [{}], { node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 } });
    expect(error?.message).toBe('Run does not work with the setting Retry On Fail');
    expect(sent()).toEqual([]);
  });
});

describe('a package of files', () => {
  it('is one run with all files in order, uploads included', async () => {
    const item = { json: {}, binary: { scan: await binaryOf(Buffer.from('%PDF-1.4 scan'), 'scan.pdf'), back: await binaryOf(Buffer.from('%PDF-1.4 back'), 'back.pdf') } };
    const { json, error } = await run({ fileSource: 'package', packageFiles: 'https://example.com/a.pdf, back\nscan', waitForCompletion: 'poll' }, [item]);
    expect(error).toBeUndefined();
    expect(json).toMatchObject([{ status: 'PROCESSED', files: [{ name: 'a.pdf' }, { name: 'back.pdf' }, { name: 'scan.pdf' }] }]);
    const files = sandbox.ledger().files;
    const idOf = (name: string) => files.find((file) => file.name === name)?.id;
    expect((sent()[0]?.body as IDataObject).package).toEqual({ files: [{ url: 'https://example.com/a.pdf' }, { id: idOf('back.pdf') }, { id: idOf('scan.pdf') }] });
  });

  it('takes a list from an expression, different for each item', async () => {
    const urls = (...names: string[]) => names.map((name) => `https://example.com/${name}.pdf`);
    const { json } = await run({ fileSource: 'package', packageFiles: '={{ $json.urls }}' }, [{ urls: urls('a', 'b') }, { urls: urls('c', 'd', 'e') }]);
    expect(json.map(({ files }) => (files as IDataObject[]).length)).toEqual([2, 3]);
  });

  it.each<[string, IDataObject, string]>([
    ['of one file', { packageFiles: 'https://example.com/a.pdf' }, 'Package Files has 1 entry'],
    ['of nothing', { packageFiles: '={{ [] }}' }, 'Package Files has 0 entries'],
    ['of 51 files', { packageFiles: `={{ Array.from({ length: 51 }, (_, i) => 'https://example.com/' + i) }}` }, 'Package Files has 51 entries'],
    ['with a file twice', { packageFiles: 'https://example.com/a.pdf, https://example.com/b.pdf, https://example.com/a.pdf' }, 'Package Files names a file twice'],
    ['with something that is no file', { packageFiles: '={{ ["https://example.com/a.pdf", 17] }}' }, 'File 2 of the package: File Source is none of its choices'],
    ['with an address of another kind', { packageFiles: 'https://example.com/a.pdf, ftp://example.com/b.pdf' }, 'File 2 of the package: File URL is not an http or https address'],
    ['together with outputs', { packageFiles: 'https://example.com/a.pdf, file_2', options: { outputs: '[{"processorId":"ex","output":{"value":{}}}]' } }, 'Provided Outputs (JSON) is not possible with a package of files'],
  ])('%s is refused before anything is sent', async (_, parameters, message) => {
    const { error } = await run({ fileSource: 'package', ...parameters });
    expect(error?.message).toBe(`${message} [item 0]`);
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('cannot go into a batch', async () => {
    const { error } = await on('workflowRun', 'batchRun', { workflow: byId(sandbox.workflowId), fileSource: '={{ "package" }}', fileUrl: 'https://example.com/a.pdf', fileId: 'x', text: 'x' });
    expect(error?.message).toBe('File Source is none of its choices [item 0]');
  });
});

describe('what goes wrong', () => {
  it.each(['{', '[{"processorId":""}]', '{"processorId":"ex"}'])('outputs like %s are refused', async (outputs) => {
    const { error } = await run({ fileSource: 'text', text: 'x', options: { outputs } });
    expect(error?.message).toBe('Provided Outputs (JSON) is not a list of outputs [item 0]');
  });

  it('one bad item stops all before anything is sent, or is reported beside the others', async () => {
    const parameters = { fileSource: 'url', fileUrl: '={{ $json.url }}' };
    const input = [{ url: 'https://example.com/a.pdf' }, { url: 'nonsense' }];
    const stopped = await run(parameters, input);
    expect(stopped.error?.message).toBe('File URL is not a web address [item 1]');
    expect(sandbox.ledger().requests).toEqual([]);
    const { json } = await run(parameters, input, continueOnFail);
    expect(json).toMatchObject([{ workflowRunId: expect.any(String) }, { error: 'File URL is not a web address [item 1]' }]);
    expect(sandbox.ledger().runs).toHaveLength(1);
  });

  it('what Extend does not know is named: the workflow, or the file', async () => {
    const unknownWorkflow = await run({ workflow: byId('workflow_none'), fileSource: 'text', text: 'x' });
    expect(unknownWorkflow.error).toMatchObject({ message: 'Extend does not know the workflow, or its version', description: expect.stringContaining('"workflow_none"') });
    const unknownFile = await run({ fileSource: 'fileId', fileId: 'file_none' });
    expect(unknownFile.error).toMatchObject({ message: 'Extend did not accept the request', description: expect.stringContaining('file_none') });
    sandbox.fault({ method: 'POST', path: '^/workflow_runs$', fault: { kind: 'status', status: 404, body: { code: 'NOT_FOUND', message: 'File not found' } } });
    expect((await run({ fileSource: 'fileId', fileId: 'file_none' })).error?.message).toBe('Extend does not know this file');
    const { json } = await run({ workflow: byId('workflow_none'), fileSource: 'text', text: 'x' }, [{}], continueOnFail);
    expect(json).toMatchObject([{ error: 'Extend does not know the workflow, or its version' }]);
    expect(sandbox.ledger().runs).toEqual([]);
  });

  it('a run whose answer is lost is found again and not started twice', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs$', fault: { kind: 'reset', when: 'after' } });
    const { json } = await run({ fileSource: 'text', text: '={{ $json.text }}' }, [{ text: 'a' }, { text: 'b' }]);
    expect(json.map(({ source }) => (source as IDataObject).itemIndex)).toEqual([0, 1]);
    const { runs } = sandbox.ledger();
    expect(runs.map(({ id }) => id).sort()).toEqual(json.map(({ workflowRunId }) => workflowRunId).sort());
  });

  it('a run of unknown outcome is reported with its submission key', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs$', fault: { kind: 'reset', when: 'before' } });
    const parameters = { fileSource: 'text', text: '={{ $json.text }}', options: { lookForLostSeconds: 0 } };
    const { json } = await run(parameters, [{ text: 'a' }, { text: 'b' }], continueOnFail);
    expect(json.filter(({ error }) => error)).toMatchObject([{ error: 'It is unknown whether Extend started this run', details: { status: 'unknown', submissionKey: expect.any(String) } }]);
    expect(sandbox.ledger().runs).toHaveLength(1);
  });

  it('an error names the runs that were started before it', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs$', nth: 2, times: 99, fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'no' } } });
    const { error } = await run({ fileSource: 'text', text: 'x' }, Array.from({ length: 8 }, () => ({})));
    const { runs } = sandbox.ledger();
    expect(error?.message).toBe('The API token has no permission for this');
    expect(runs.length).toBeGreaterThan(0);
    for (const { id } of runs) expect(error?.description).toContain(id);
  });

  it('a run that is deleted while it is waited for does not end the wait for the others', async () => {
    sandbox.configure({ runMs: 300 });
    sandbox.fault({ method: 'GET', path: '^/workflow_runs/workflow_run_', fault: { kind: 'status', status: 404, body: { code: 'NOT_FOUND', message: 'gone' } } });
    const { json } = await run({ fileSource: 'text', text: 'x', waitForCompletion: 'poll' }, [{}, {}]);
    expect(json.map(({ status }) => status).sort()).toEqual(['PROCESSED', 'UNREADABLE']);
  });
});
