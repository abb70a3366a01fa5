/** Items that cannot be submitted: found before anything is sent, named, and skipped on request. */
import type { IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, errorsOf, FROM_TEXT, FROM_URL } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const batchRun = batchRunOn(() => sandbox, FROM_URL);
const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });
const requests = () => sandbox.ledger().requests.length;

describe('bad items', () => {
  it('stop everything before anything is sent; one error names item, field, reason and advice', async () => {
    const { error } = await batchRun([good(), { url: 'example.com/x.pdf' }, good(2)]);
    expect(error?.message).toBe('File URL is not a web address [item 1]');
    expect(error?.description).toMatch(/Given: "example.com\/x.pdf"\. Use a full address .* Nothing was sent\.$/);
    expect(error?.context?.itemIndex).toBe(1);
    expect(requests()).toBe(0);
  });

  it('are counted, the first ones in full, when there are many', async () => {
    const { error } = await batchRun(Array.from({ length: 12 }, (_, i) => (i % 2 ? good(i) : { url: '' })));
    expect(error?.message).toBe('6 of 12 items cannot be submitted');
    expect(error?.description).toMatch(/Item 0: File URL is empty\..*Item 8: .* And 1 more\.$/);
    expect(requests()).toBe(0);
  });

  it('are skipped and reported on request; the rest is submitted', async () => {
    const { items, hints } = await batchRun([good(), { url: '' }, good(2)], { output: 'perInput', options: { onInvalidItems: 'skip' } });
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }, { item: 1 }]);
    expect(items[2]?.json).toEqual({
      error: 'File URL is empty [item 1]',
      message: 'Check the expression, or the data of this item.',
      details: {
        itemIndex: 1,
        field: 'File URL',
        reason: 'is empty',
        advice: 'Check the expression, or the data of this item.',
      },
    });
    expect(sandbox.ledger().runs).toHaveLength(2);
    expect(hints.map(({ message }) => message)).toEqual([
      '2 documents in 1 batch submitted to Extend',
      '1 item not submitted; see the items with an error',
    ]);
  });

  it('go to the error output, with the data of their item', async () => {
    const { outputs } = await batchRun([good(), { url: '', invoice: 'INV-1' }], { options: { onInvalidItems: 'skip' } }, {
      node: { onError: 'continueErrorOutput' },
    });
    expect(outputs.map((output) => output.length)).toEqual([1, 1]);
    expect(outputs[1]?.[0]?.json).toMatchObject({ invoice: 'INV-1', details: { field: 'File URL' } });
  });

  it('with Continue On Fail and Stop: nothing is sent and every item says so', async () => {
    const { json } = await batchRun([good(), { url: '' }], {}, continueOnFail);
    expect(json.map(({ error }) => error)).toEqual(Array(2).fill('File URL is empty [item 1]'));
    expect(requests()).toBe(0);
  });

  it.each<[string, IDataObject, RegExp]>([
    ['metadata that is no object', { metadataMode: 'json', metadataJson: '["a"]' }, /^Metadata is not an object \[item 0\]$/],
    ['metadata over 10 KB', { metadataMode: 'json', metadataJson: `{"a":"${'x'.repeat(11_000)}"}` }, /^Metadata is too large/],
    ['a missing binary', { fileSource: 'binary', binaryPropertyName: 'data' }, /^Input Binary Field names a file/],
    ['no file', { fileUrl: '={{ $json.missing }}' }, /^File URL is empty \[item 0\]$/],
    ['no workflow', { workflow: { __rl: true, mode: 'id', value: '={{ $json.missing }}' } }, /^Workflow is empty \[item 0\]$/],
    ['a version that is none', { options: { version: { __rl: true, mode: 'id', value: '0' } } }, /^Workflow Version is not/],
  ])('%s is refused before anything is sent', async (_, parameters, message) => {
    const { error } = await batchRun([good()], parameters);
    expect(error?.message).toMatch(message);
    expect(requests()).toBe(0);
  });

  it('a source that differs per item takes the one field that is filled in, and names items with none or two', async () => {
    const parameters = { fileSource: 'auto', fileId: '={{ $json.id }}', text: '={{ $json.text }}' };
    const { json } = await batchRun([good(), { text: 'Invoice' }, {}, { ...good(), text: 'x' }], { ...parameters, output: 'perInput' }, continueOnFail);
    expect(json.map(({ error }) => error)).toEqual(Array(4).fill('2 of 4 items cannot be submitted'));
    const skipped = await batchRun([good(), { text: 'Invoice' }, {}, { ...good(), text: 'x' }], { ...parameters, output: 'perInput', options: { onInvalidItems: 'skip' } });
    expect(skipped.json.map(({ batchId, error }) => error ?? typeof batchId)).toEqual([
      'string',
      'string',
      'File is missing: no field names one [item 2]',
      'File is given more than once [item 3]',
    ]);
    expect(sandbox.ledger().runs.map(({ input }) => Object.keys(input as object).join()).sort()).toEqual(['text', 'url']);
  });

  it('Retry On Fail, which would submit everything again, is refused', async () => {
    const retry = { node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } };
    const { error } = await batchRun([good()], {}, retry);
    expect(error?.message).toBe('Batch Run does not work with the setting Retry On Fail');
    expect(requests()).toBe(0);
    expect((await batchRun([good()], { options: { dryRun: true } }, retry)).json).toMatchObject([{ dryRun: true }]);
  });

  it('Dry Run validates and plans, and sends nothing', async () => {
    const { json, hints } = await batchRun(Array.from({ length: 1500 }, (_, i) => good(i)), { options: { dryRun: true } });
    expect(json).toMatchObject([
      { dryRun: true, inputCount: 1000, uploadCount: 0, workflowId: sandbox.workflowId },
      { dryRun: true, inputCount: 500 },
    ]);
    expect(Number(json[0]?.requestBytes)).toBeGreaterThan(100_000);
    expect(hints[0]?.message).toBe('Dry run: 1,500 documents would go out in 2 batches. Nothing was sent.');
    expect(requests()).toBe(0);
  });
});

it('an item with two problems is one error item that names both', async () => {
  const { json } = await batchRun([{ text: 'a' }, { text: '' }], { ...FROM_TEXT, options: { onInvalidItems: 'skip', priority: '={{ $json.text ? 5 : 200 }}' } }, continueOnFail);
  expect(errorsOf(json)).toHaveLength(1);
  expect(json.find(({ error }) => error)).toMatchObject({ details: { itemIndex: 1, field: 'Priority', more: [{ field: 'Text' }] } });
});
