import type { IDataObject } from 'n8n-workflow';
import { binaryOf, type EngineOptions, runExtend } from '../../harness/engine';
import { type Sandbox, startSandbox } from '../../sandbox';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ runMs: 20 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const credential = (more: IDataObject = {}): IDataObject => ({
  apiToken: sandbox.token,
  region: 'custom',
  baseUrl: sandbox.url,
  plan: 'custom',
  requestsPerSecond: 1000,
  ...more,
});

const batchRun = async (input: EngineOptions['input'], parameters: IDataObject = {}, more: Partial<EngineOptions> = {}) =>
  await runExtend({
    input,
    credential: credential(),
    parameters: {
      resource: 'workflowRun',
      operation: 'batchRun',
      workflow: { __rl: true, mode: 'id', value: sandbox.workflowId },
      fileSource: 'url',
      fileUrl: '={{ $json.url }}',
      ...parameters,
    },
    ...more,
  });

const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });
const requests = () => sandbox.ledger().requests.length;
const continueOnFail = { node: { onError: 'continueRegularOutput' as const } };

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

  it('Maximum Inputs guards against costs', async () => {
    const { error } = await batchRun([good(), good(1), good(2)], { options: { maximumInputs: 2 } });
    expect(error?.message).toBe('3 inputs, but Maximum Inputs is 2');
    expect(requests()).toBe(0);
    expect((await batchRun([good(), good(1)], { options: { maximumInputs: 2 } })).error).toBeUndefined();
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

describe('refusals of Extend', () => {
  const workflow = { workflow: { __rl: true, mode: 'id', value: 'workflow_missing' } };

  it.each<[string, IDataObject, IDataObject, RegExp, string]>([
    ['an unknown workflow', workflow, {}, /^Extend does not know the workflow/, '404'],
    ['a wrong token', {}, { apiToken: 'sk_wrong_token_123' }, /^Extend did not accept the API token$/, '401'],
    ['no credits', {}, { apiToken: 'sk_no_credits' }, /has no credits left$/, '402'],
    ['no permission', {}, { apiToken: 'sk_no_permission' }, /has no permission/, '403'],
  ])('%s: title, advice, request ID; the token is nowhere', async (_, parameters, wrong, title, httpCode) => {
    const { error, run } = await batchRun([good()], parameters, { credential: credential(wrong) });
    expect(error).toMatchObject({ message: expect.stringMatching(title), httpCode });
    expect(error?.context?.itemIndex).toBe(0);
    expect(error?.description).toMatch(/Request ID: req_\w+/);
    expect(JSON.stringify(run)).not.toContain(credential(wrong).apiToken);
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
    const wrong = { credential: credential({ apiToken: 'sk_wrong_token_123' }) };
    const parameters = { options: { onInvalidItems: 'skip' }, ...(what === 'files' && { fileSource: 'binary' }) };
    const { error } = await batchRun([await item(), {}], parameters, wrong);
    expect(error?.message).toBe('Extend did not accept the API token');
    const { items } = await batchRun([await item(), {}], parameters, { ...wrong, ...continueOnFail });
    expect(items.map(({ json }) => json.error)).toHaveLength(2);
    expect(items.map(({ json }) => json.error)).toContain(ofItem);
  });

  it('name the batches that were accepted, so that a re-run does not pay twice', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', nth: 2, fault: { kind: 'status', status: 500, body: { code: 'INTERNAL_ERROR', message: 'oops', retryable: true } } });
    const { error } = await batchRun([good(), good(1)], { options: { inputsPerBatch: 1, lookForLost: 0 } });
    const [accepted] = sandbox.ledger().batches;
    expect(error?.message).toBe('It is unknown whether Extend took this batch');
    expect(error?.description).toContain(accepted?.batchId);
    expect(error?.description).toContain('would submit them twice');
    expect(sandbox.ledger().runs.length).toBeLessThanOrEqual(2);
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

  it.each([
    ['a reset after it was taken', { kind: 'reset', when: 'after' }, 1],
    ['a reset before', { kind: 'reset', when: 'before' }, 0],
    ['a truncated answer', { kind: 'truncated' }, 1],
    ['a gateway error page', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }, 0],
  ] as const)('a batch is never sent twice after %s', async (_, fault, runs) => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault });
    const { json } = await batchRun([good()], { options: { addCorrelationMetadata: false } }, continueOnFail);
    expect(json).toMatchObject([{ details: { status: 'unknown', submissionKey: expect.any(String) } }]);
    expect(JSON.stringify(json)).not.toContain('<html>');
    expect(sandbox.ledger().runs).toHaveLength(runs);
  });

  it('a batch whose answer was lost is found again by its submission key', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'after' } });
    const { json, error } = await batchRun([good(), good(1)]);
    expect(error).toBeUndefined();
    expect(json).toMatchObject([{ inputCount: 2, batchId: sandbox.ledger().batches[0]?.batchId }]);
    expect(sandbox.ledger().runs).toHaveLength(2);
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

  it('a server that is not there is said to be unreachable, without re-sending', async () => {
    const { error } = await batchRun([good()], {}, { credential: credential({ baseUrl: 'http://127.0.0.1:9' }) });
    expect(error?.message).toBe('Extend could not be reached');
    expect(error?.description).toContain('base URL');
  });

  it('a missing workspace ID is named as what to check; a given one goes with every request', async () => {
    const organization = await startSandbox({ runMs: 20, requireWorkspaceId: 'ws_1' });
    const credentialWith = (more: IDataObject) => credential({ baseUrl: organization.url, apiToken: organization.token, ...more });
    const workflow = { __rl: true, mode: 'id', value: organization.workflowId };
    const { error } = await batchRun([good()], { workflow }, { credential: credentialWith({}) });
    expect(error?.message).toBe('Extend did not accept the request');
    expect(error?.description).toContain('workspace ID');
    const { json } = await batchRun([good()], { workflow, waitForCompletion: 'poll' }, { credential: credentialWith({ workspaceId: ' ws_1 ' }) });
    expect(json).toMatchObject([{ status: 'PROCESSED' }]);
    await organization.close();
  });

  it('no items: nothing is sent', async () => {
    const { run } = await batchRun([]);
    expect(run.status).toBe('success');
    expect(requests()).toBe(0);
  });
});

describe('stopping and waiting', () => {
  const poll = { fileSource: 'text', text: 'Invoice', waitForCompletion: 'poll' };

  it('stops when the user stops the execution', async () => {
    const slow = await startSandbox({ runMs: 60_000 });
    const started = Date.now();
    const { run } = await batchRun([good()], { ...poll, workflow: { __rl: true, mode: 'id', value: slow.workflowId } }, {
      credential: credential({ baseUrl: slow.url, apiToken: slow.token }),
      stopAfterMs: 700,
    });
    const lists = slow.ledger().requests.length;
    expect(run.status).toBe('canceled');
    expect(Date.now() - started).toBeLessThan(10_000);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(slow.ledger().requests.length).toBe(lists);
    await slow.close();
  });

  it('returns what is there when the time is over, each on its item, or fails on request', async () => {
    const slow = await startSandbox({ runMs: 60_000 });
    const wait = async (options: IDataObject) =>
      await batchRun([good(), good(1)], { ...poll, workflow: { __rl: true, mode: 'id', value: slow.workflowId }, options: { timeLimit: 0.02, ...options } }, {
        credential: credential({ baseUrl: slow.url, apiToken: slow.token }),
      });
    const { json, items, hints } = await wait({});
    expect(json).toMatchObject([{ status: 'PROCESSING', timedOut: true }, { status: 'PROCESSING', timedOut: true }]);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
    expect(hints.at(-1)?.message).toBe('2 documents not done yet');
    const { error } = await wait({ onTimeLimit: 'fail' });
    expect(error?.message).toBe('2 documents not done after 0.02 minutes');
    expect(error?.description).toContain(slow.ledger().batches.at(-1)?.batchId);
    await slow.close();
  });

  it('survives failed polls', async () => {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', times: 2, fault: { kind: 'status', status: 503, body: '<html></html>', headers: { 'retry-after': '0' } } });
    const { json, error } = await batchRun([good()], poll);
    expect(error).toBeUndefined();
    expect(json).toMatchObject([{ status: 'PROCESSED' }]);
  });
});
