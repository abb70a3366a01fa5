/** Characters that nobody expects in metadata, texts and file names: they arrive at Extend as they are, or are refused by name. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { binaryOf, type EngineOptions, runExtend, useBinaryMode } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';
import { type Sandbox, startSandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox(async (started) => {
  sandbox = started;
  await useBinaryMode('filesystem');
}, { runMs: 10 });

const batchRun = async (input: EngineOptions['input'], parameters: IDataObject) =>
  await batchRunOn(() => sandbox, { ...FROM_TEXT, output: 'perInput' })(input, parameters, continueOnFail);

/** Runs in the order of their items. */
const runs = () => {
  const indexOf = ({ metadata }: { metadata: Record<string, unknown> }) => (metadata.n8n as { itemIndex: number }).itemIndex;
  return sandbox.ledger().runs.sort((a, b) => indexOf(a) - indexOf(b));
};
const texts = () => runs().map(({ input }) => (input as { text: string }).text);
const own = (metadata: Record<string, unknown> = {}) => Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== 'n8n'));

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'];
const STRANGE_TEXTS = {
  'control characters': 'a\u0001\u0007\u001b[31m\r\n\t\u007f\u0085',
  'separators and marks': '\u2028\u2029\ufeff\u202e\u200d',
  'what templates and tags are made of': '{{ $json.secret }} ={{ 1 }} ${x} </script><b>',
  'other scripts': 'Größe 文書 🙂',
};

/** No JSON or database keeps these as they are, so they are refused before anything is sent. */
const BROKEN_TEXTS = { NUL: 'a\0b', 'half of a character': 'half \ud83d and \udc00 other' };

describe('metadata', () => {
  it('may have the names that objects inherit, as fields', async () => {
    const field = PROTOTYPE_KEYS.map((name) => ({ name, value: `={{ $json.text }}` }));
    await batchRun([{ text: 'Invoice' }], { metadataMode: 'fields', metadataFields: { values: field } });
    expect(Object.entries(own(runs()[0]?.metadata)).sort()).toEqual(PROTOTYPE_KEYS.map((name) => [name, 'Invoice']).sort());
    expect(({} as IDataObject).polluted).toBeUndefined();
  });

  it('may have the names that objects inherit, as JSON', async () => {
    const metadataJson = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    await batchRun([{ text: 'Invoice' }], { metadataMode: 'json', metadataJson });
    expect(JSON.stringify(own(runs()[0]?.metadata))).toBe(metadataJson);
    expect(({} as IDataObject).polluted).toBeUndefined();
  });

  it.each(Object.keys(STRANGE_TEXTS) as Array<keyof typeof STRANGE_TEXTS>)('with %s arrives as it is', async (name) => {
    const text = STRANGE_TEXTS[name];
    await batchRun([{ text: 'Invoice', note: text }], { metadataMode: 'fields', metadataFields: { values: [{ name: 'note', value: '={{ $json.note }}' }] } });
    expect(own(runs()[0]?.metadata)).toEqual({ note: text });
  });

  it.each(Object.entries(BROKEN_TEXTS))('with %s is refused before anything is sent', async (_, text) => {
    const { json } = await batchRun([{ text: 'Invoice', note: text }], { metadataMode: 'fields', metadataFields: { values: [{ name: 'note', value: '={{ $json.note }}' }] } });
    expect(json).toMatchObject([{ error: expect.stringMatching(/^Metadata has .* \[item 0\]$/), details: { itemIndex: 0 } }]);
    expect(sandbox.ledger().requests).toEqual([]);
  });
});

describe('texts', () => {
  it('of strange characters arrive as they are', async () => {
    const given = Object.values(STRANGE_TEXTS);
    const { json } = await batchRun(given.map((text) => ({ text })), {});
    expect(json.map(({ error }) => error)).toEqual(given.map(() => undefined));
    expect(texts()).toEqual(given);
  });

  it.each(Object.entries(BROKEN_TEXTS))('with %s are refused, and the others submitted', async (_, text) => {
    const { json } = await batchRun([{ text }, { text: 'Invoice' }], { options: { onInvalidItems: 'skip' } });
    expect(json.map(({ error }) => error)).toEqual([undefined, expect.stringMatching(/^Text has .* \[item 0\]$/)]);
    expect(texts()).toEqual(['Invoice']);
  });

  it('of 1 MB, in requests that stay below the bound on their size', async () => {
    const given = Array.from({ length: 12 }, (_, n) => `${n} `.padEnd(1024 * 1024, 'ü \u0001"\\'));
    const { json } = await batchRun(given.map((text) => ({ text })), {});
    expect(json.map(({ status, error }) => error ?? status)).toEqual(given.map(() => json[0]?.status));
    expect(texts().every((text, n) => text === given[n])).toBe(true);
    const posts = sandbox.ledger().requests.filter(({ method }) => method === 'POST');
    expect(posts.length).toBeGreaterThan(1);
    for (const { headers } of posts) expect(Number(headers['content-length'])).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  it('that are too large for the server are reported, and the others submitted', async () => {
    await using small = await startSandbox({ maxBodyBytes: 600_000 });
    const { json } = await runExtend({
      input: ['Invoice 0', 'x'.repeat(1024 * 1024), 'Invoice 2'].map((text) => ({ text })),
      credential: credentialOf(small),
      node: { onError: 'continueRegularOutput' },
      parameters: { resource: 'workflowRun', operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: small.workflowId }, fileSource: 'text', text: '={{ $json.text }}', output: 'perInput' },
    });
    expect(small.ledger().runs.map(({ input }) => (input as { text: string }).text).sort()).toEqual(['Invoice 0', 'Invoice 2']);
    expect(json.filter(({ error }) => error !== undefined)).toMatchObject([{ details: { itemIndex: 1, statusCode: 413 } }]);
    // An error item that carries the document would make the execution as large as the documents.
    expect(JSON.stringify(json).length).toBeLessThan(10_000);
  });
});

describe('file names', () => {
  it.each<[string, string, string]>([
    ['quotes and line breaks', 'a"b\r\nX-Own: 1\r\n\r\n.pdf', 'a%22b%0D%0AX-Own: 1%0D%0A%0D%0A.pdf'],
    ['other scripts', 'Größe 文書 🙂.pdf', 'Größe 文書 🙂.pdf'],
  ])('with %s end no header early', async (_, name, received) => {
    const item: INodeExecutionData = { json: {}, binary: { data: await binaryOf(Buffer.from('%PDF-1.4'), name) } };
    const { json } = await batchRun([item], { fileSource: 'binary', binaryPropertyName: 'data' });
    expect(json.map(({ error }) => error)).toEqual([undefined]);
    expect(sandbox.ledger().files).toMatchObject([{ name: received, bytes: 8 }]);
  });
});
