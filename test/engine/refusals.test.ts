/** What Extend refuses: told with all that is needed to act, without sinking what it does not refuse. */
import { ExtendClient } from 'extend-ai';
import type { IDataObject } from 'n8n-workflow';
import { binaryOf } from '../../harness/engine';
import { credentialOf, onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT, FROM_URL } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const on = onSandbox(() => sandbox);
const batchRun = batchRunOn(() => sandbox, FROM_URL);
const batchRunOfTexts = batchRunOn(() => sandbox, FROM_TEXT);
const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });
const requests = () => sandbox.ledger().requests;
const posts = () => sandbox.ledger().requests.filter(({ path }) => path === '/workflow_runs/batch').length;

describe('refusals of Extend', () => {
  const workflow = { workflow: { __rl: true, mode: 'id', value: 'workflow_missing' } };

  it.each<[string, IDataObject, IDataObject, RegExp, string]>([
    ['an unknown workflow', workflow, {}, /^Extend does not know the workflow/, '404'],
    ['a wrong token', {}, { apiToken: 'sk_wrong_token_123' }, /^Extend did not accept the API token$/, '401'],
    ['no credits', {}, { apiToken: 'sk_no_credits' }, /has no credits left$/, '402'],
    ['no permission', {}, { apiToken: 'sk_no_permission' }, /has no permission/, '403'],
  ])('%s: title, advice, request ID; the token is nowhere', async (_, parameters, wrong, title, httpCode) => {
    const { error, run } = await batchRun([good()], parameters, { credential: credentialOf(sandbox, wrong) });
    expect(error).toMatchObject({ message: expect.stringMatching(title), httpCode });
    expect(error?.context?.itemIndex).toBe(0);
    expect(error?.description).toMatch(/Request ID: req_\w+/);
    expect(JSON.stringify(run)).not.toContain(credentialOf(sandbox, wrong).apiToken);
    expect(sandbox.ledger().runs).toHaveLength(0);
  });

  it('become one error item per input with Continue On Fail, with everything a workflow needs to act', async () => {
    const { items } = await batchRun([good(), good(1)], workflow, continueOnFail);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
    expect(items[1]?.json).toMatchObject({
      error: 'Extend does not know the workflow, or its version',
      message: expect.stringContaining('Extend says:'),
      details: { itemIndex: 1, status: 'rejected', statusCode: 404, requestId: expect.stringMatching(/^req_/) },
    });
  });

  it.each([
    ['addresses', 'Extend did not accept the API token', () => good()],
    ['files', 'The file could not be uploaded to Extend', async () => ({ json: {}, binary: { data: await binaryOf(Buffer.from('Invoice'), 'a.txt', 'text/plain') } })],
  ])('of the token end the node with Skip and Report too, since no item is to blame (%s)', async (what, ofItem, item) => {
    const wrong = { credential: credentialOf(sandbox, { apiToken: 'sk_wrong_token_123' }) };
    const parameters = { options: { onInvalidItems: 'skip' }, ...(what === 'files' && { fileSource: 'binary' }) };
    const { error } = await batchRun([await item(), {}], parameters, wrong);
    expect(error?.message).toBe('Extend did not accept the API token');
    const { items } = await batchRun([await item(), {}], parameters, { ...wrong, ...continueOnFail });
    expect(items.map(({ json }) => json.error)).toHaveLength(2);
    expect(items.map(({ json }) => json.error)).toContain(ofItem);
  });

  it('keep accepted batches in the output with Continue On Fail', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', nth: 1, fault: { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'no', retryable: false } } });
    const { json } = await batchRun([good(), good(1), good(2)], { options: { inputsPerBatch: 1 } }, continueOnFail);
    expect(json.map((item) => item.batchId ?? (item.details as IDataObject).status)).toEqual([
      expect.stringMatching(/^batch_/),
      expect.stringMatching(/^batch_/),
      'rejected',
    ]);
  });

  it('one bad document does not sink the others of its batch', async () => {
    const parameters = { fileSource: 'fileId', fileId: '={{ $json.id }}' };
    await batchRun([{ text: 'x' }], { fileSource: 'text', text: 'x' });
    const { json } = await batchRun([{ id: 'file_missing' }, { id: 'file_gone' }], parameters, continueOnFail);
    expect(json.map(({ details }) => (details as IDataObject).status)).toEqual(['rejected', 'rejected']);
  });

  it('429 is waited out, because it certainly did nothing', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', times: 2, fault: { kind: 'status', status: 429, headers: { 'retry-after': '0.05' }, body: { code: 'RATE_LIMIT_EXCEEDED', message: 'slow down', retryable: true } } });
    const { json, error } = await batchRun([good()]);
    expect(error).toBeUndefined();
    expect(json).toMatchObject([{ inputCount: 1 }]);
    expect(sandbox.ledger().runs).toHaveLength(1);
  });

  it('no items: nothing is sent', async () => {
    const { run } = await batchRun([]);
    expect(run.status).toBe('success');
    expect(requests()).toHaveLength(0);
  });
});

describe('refusals', () => {
  it('of the account stop everything: the batches that wait for their turn are not sent', async () => {
    const { json } = await batchRunOfTexts(Array.from({ length: 40 }, () => ({ text: 'x' })), { options: { inputsPerBatch: 1 } }, { ...continueOnFail, credential: credentialOf(sandbox, { apiToken: 'sk_no_credits', plan: 'payAsYouGo' }) });
    const kinds = json.map(({ details }) => (details as IDataObject).status);
    expect(kinds.filter((kind) => kind === 'notSent').length).toBeGreaterThanOrEqual(38);
    expect(posts()).toBe(40 - kinds.filter((kind) => kind === 'notSent').length);
  });

  it('of one file name that file; the others of its batch are submitted and reported', async () => {
    const sdk = new ExtendClient({ token: sandbox.token, baseUrl: sandbox.url });
    const { id } = await sdk.files.upload(new File(['x'], 'a.txt'), {});
    const input = Array.from({ length: 50 }, (_, n) => ({ id: n === 17 ? 'file_that_is_not_there' : id }));
    const { json } = await batchRunOfTexts(input, { fileSource: 'fileId', fileId: '={{ $json.id }}', output: 'perInput' }, continueOnFail);
    expect(json.filter(({ batchId }) => batchId)).toHaveLength(49);
    expect(json.at(-1)).toMatchObject({ details: { itemIndex: 17, status: 'rejected' } });
    expect(sandbox.ledger().runs).toHaveLength(49);
    expect(posts()).toBe(3);
  });

  it('of too many inputs say of the rest that they were not tried', async () => {
    const input = Array.from({ length: 100 }, (_, n) => ({ id: `file_that_is_not_there_${n}` }));
    const { json } = await batchRunOfTexts(input, { fileSource: 'fileId', fileId: '={{ $json.id }}' }, continueOnFail);
    expect(json).toHaveLength(100);
    expect(json.at(-1)?.error).toBe('Extend refused too many inputs of this batch to try each one alone');
    expect(posts()).toBeLessThan(60);
  });
});

it('a batch that cannot be read is an error for every item that names it', async () => {
  const { json: submitted } = await batchRunOfTexts([{ text: 'a' }, { text: 'b' }], { output: 'perInput' });
  for (const operation of ['getBatchResults', 'cancelBatch']) {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs', times: 99, fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'no' } } });
    const { json } = await on('workflowRun', operation, {}, submitted, continueOnFail);
    expect(json.map(({ details }) => (details as IDataObject).itemIndex)).toEqual([0, 1]);
  }
});
