import type { IDataObject } from 'n8n-workflow';
import { binaryOf, type EngineOptions, useBinaryMode } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

/** Batch Run on text documents, `{{ $json.text }}` of each item; the base URL ends in a slash, as people write it. */
const batchRun = async (input: EngineOptions['input'], parameters: IDataObject = {}, more: Partial<EngineOptions> = {}) =>
  await batchRunOn(() => sandbox, FROM_TEXT)(input, parameters, { credential: credentialOf(sandbox, { baseUrl: `${sandbox.url}/` }), ...more });

const texts = (length: number) => Array.from({ length }, (_, i) => ({ text: `Invoice INV-${i} Total ${i}.50 EUR`, n: i }));

const inputTexts = () => sandbox.ledger().runs.map((run) => (run.input as { text: string }).text);

describe('Batch Run', () => {
  it('submits every item once and pairs each batch with all items in it', async () => {
    const { json, items, hints } = await batchRun(texts(2300));
    expect(json.map(({ inputCount }) => inputCount)).toEqual([1000, 1000, 300]);
    expect(items.map(({ pairedItem }) => (pairedItem as unknown[]).length)).toEqual([1000, 1000, 300]);
    expect(items[2]?.pairedItem).toEqual(Array.from({ length: 300 }, (_, i) => ({ item: 2000 + i })));
    const ledger = sandbox.ledger();
    expect(ledger.batches.map(({ batchId }) => batchId).sort()).toEqual(json.map(({ batchId }) => batchId).sort());
    expect(inputTexts().sort()).toEqual(texts(2300).map(({ text }) => text).sort());
    expect(hints.map(({ message }) => message)).toEqual(['2,300 documents in 3 batches submitted to Extend']);
  });

  it('gives every item its batch, on that item, in order', async () => {
    const { json, origins } = await batchRun(texts(1001), { output: 'perInput', options: { includeInputData: true } }, { lookBack: true });
    expect(json.map(({ itemIndex }) => itemIndex)).toEqual(texts(1001).map(({ n }) => n));
    expect(origins.map((origin) => (origin as IDataObject).n)).toEqual(texts(1001).map(({ n }) => n));
    expect(json[1000]).toMatchObject({ input: texts(1001)[1000] });
    const batchOf = new Map(sandbox.ledger().batches.flatMap(({ batchId, runIds }) => runIds.map((id) => [id, batchId])));
    for (const { id, metadata } of sandbox.ledger().runs) {
      const { itemIndex } = metadata?.n8n as { itemIndex: number };
      expect(json[itemIndex]?.batchId).toBe(batchOf.get(id));
    }
  });

  it('takes URL, file ID, text and binary in one run, and what belongs to each', async () => {
    await useBinaryMode('filesystem');
    const pdf = await fetch(`${sandbox.url}/_sandbox/documents/letter.pdf?pages=3`);
    const bytes = Buffer.from(await pdf.arrayBuffer());
    const upload = await batchRun(
      [{ json: { source: 'binary' }, binary: { scan: await binaryOf(bytes, 'scän "1".pdf') } }],
      { fileSource: 'binary', binaryPropertyName: 'scan' },
    );
    expect(upload.error).toBeUndefined();
    const [stored] = sandbox.ledger().files;
    expect(stored).toMatchObject({ bytes: bytes.length });
    const { error } = await batchRun(
      [
        { source: 'url', url: `${sandbox.url}/_sandbox/documents/a.pdf` },
        { source: 'fileId', id: stored?.id },
        { source: 'text', text: 'Invoice' },
      ],
      {
        fileSource: '={{ $json.source }}',
        fileUrl: '={{ $json.url }}',
        fileId: '={{ $json.id }}',
        metadataMode: 'fields',
        metadataFields: { values: [{ name: 'from', value: '={{ $json.source }}' }] },
        options: { fileName: '={{ $json.source }}.pdf', usageTags: 'finance,q4', priority: 7, secrets: { values: [{ name: 'erp', value: 's3cret' }] } },
      },
    );
    expect(error).toBeUndefined();
    const request = sandbox.ledger().requests.filter(({ path }) => path === '/workflow_runs/batch').at(-1)?.body;
    expect(request).toMatchObject({
      priority: 7,
      inputs: [
        { file: { url: `${sandbox.url}/_sandbox/documents/a.pdf`, name: 'url.pdf' }, metadata: { from: 'url', 'extend:usage_tags': ['finance', 'q4'], n8n: { itemIndex: 0, nodeName: 'Extend', executionId: '1' } }, secrets: { erp: 's3cret' } },
        { file: { id: stored?.id }, metadata: { from: 'fileId' } },
        { file: { text: 'Invoice', name: 'text.pdf' }, metadata: { from: 'text' } },
      ],
    });
  });

  it.each(['default', 'filesystem'] as const)('streams binaries byte for byte in binary mode %s, a shared one once', async (mode) => {
    await useBinaryMode(mode);
    const files = await Promise.all(
      [1, 2, 3].map(async (n) => await binaryOf(Buffer.alloc(300_000, `file ${n} äöü\r\n--`), `doc ${n}.pdf`)),
    );
    const input = [0, 1, 2, 0].map((i) => ({ json: {}, binary: { data: { ...files[i]! } } }));
    const { error } = await batchRun(input, { fileSource: 'binary', binaryPropertyName: 'data' });
    expect(error).toBeUndefined();
    const { files: stored, runs } = sandbox.ledger();
    expect(stored.map(({ bytes }) => bytes)).toEqual(Array(mode === 'default' ? 4 : 3).fill(300_000));
    expect(stored.map(({ name }) => name).sort().filter((name, i, all) => all.indexOf(name) === i)).toEqual(['doc 1.pdf', 'doc 2.pdf', 'doc 3.pdf']);
    expect(new Set(stored.map(({ sha256 }) => sha256)).size).toBe(3);
    expect(runs).toHaveLength(4);
  });

  it('waits for the results and puts each on the item that caused it', async () => {
    const { json, origins, hints } = await batchRun(texts(120), {
      waitForCompletion: 'poll',
      metadataMode: 'json',
      metadataJson: '={{ { "own": $json.n } }}',
      options: { inputsPerBatch: 50 },
    }, { lookBack: true });
    expect(json).toHaveLength(120);
    for (const [i, result] of json.entries()) {
      expect(result).toMatchObject({ status: 'PROCESSED', metadata: { own: i }, source: { itemIndex: i } });
      expect(JSON.stringify(result.outputs)).toContain(`INV-${i}`);
      expect((origins[i] as IDataObject).n).toBe(i);
    }
    expect(sandbox.ledger().batches.map(({ inputCount }) => inputCount).sort()).toEqual([20, 50, 50]);
    expect(hints.map(({ message }) => message)).toEqual(['120 documents processed']);
  });

  it('flags what failed and what waits for a human, and loses neither', async () => {
    const { json, hints } = await batchRun(
      [{ text: 'Invoice' }, { text: 'FAIL' }, { text: 'NEEDS REVIEW' }, { text: 'REJECT' }, { text: 'FUTURE STATUS' }],
      { waitForCompletion: 'poll' },
    );
    expect(json.slice(0, 4).map(({ status }) => status)).toEqual(['PROCESSED', 'FAILED', 'NEEDS_REVIEW', 'REJECTED']);
    expect(json).toHaveLength(5);
    expect(hints.at(-1)?.message).toBe('1 document processed, 2 documents failed, 1 document waiting for review');
  });

  it('feeds several workflows in one run, by ID and by address, in the version that is chosen', async () => {
    const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    const made = await fetch(`${sandbox.url}/workflows`, { method: 'POST', headers, body: JSON.stringify({ name: 'Second' }) });
    const { id: second } = (await made.json()) as { id: string };
    const { json } = await batchRun(
      [{ wf: sandbox.workflowId }, { wf: second }, { wf: sandbox.workflowId }],
      { workflow: { __rl: true, mode: 'id', value: '={{ $json.wf }}' }, text: 'x', options: { version: { __rl: true, mode: 'list', value: 'draft' } } },
    );
    expect(json.map(({ workflowId, inputCount, workflowVersion }) => [workflowId, inputCount, workflowVersion])).toEqual([
      [sandbox.workflowId, 2, 'draft'],
      [second, 1, 'draft'],
    ]);
    const address = `https://dashboard.extend.ai/acme/workflows/${sandbox.workflowId}/runs?tab=1`;
    const byUrl = await batchRun([{}], { workflow: { __rl: true, mode: 'url', value: address }, text: 'x', options: { version: { __rl: true, mode: 'id', value: '={{ 1 }}' } } });
    expect(byUrl.json).toMatchObject([{ workflowId: sandbox.workflowId, workflowVersion: '1' }]);
    expect(sandbox.ledger().batches.map(({ version }) => version).sort()).toEqual(['1', 'draft', 'draft']);
  });

  it('matches results by file when the user wants no correlation metadata', async () => {
    const { json, origins } = await batchRun(texts(3), {
      waitForCompletion: 'poll',
      options: { addCorrelationMetadata: false, fileName: '=doc-{{ $json.n }}.txt' },
    }, { lookBack: true });
    expect(sandbox.ledger().runs.every(({ metadata }) => !('n8n' in (metadata ?? {})))).toBe(true);
    expect(json).toHaveLength(3);
    expect(origins.map((origin) => (origin as IDataObject).n)).toEqual([0, 1, 2]);
  });
});
