/** The token goes to the base URL of the credential and to no other host, whatever answers say. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { binaryOf, type EngineOptions, runExtend, useBinaryMode } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';
import type { FaultRule, Sandbox } from '../../sandbox';
import { type Elsewhere, startElsewhere } from '../support/elsewhere';
import { useSandbox } from '../support/useSandbox';
import { CALLS } from './support/faultKinds';

let sandbox: Sandbox;
let elsewhere: Elsewhere;
let stored: INodeExecutionData['binary'];

useSandbox(async (started) => {
  sandbox = started;
  await useBinaryMode('filesystem');
  stored = { data: await binaryOf(Buffer.from('%PDF-1.4 scan'), 'scan.pdf') };
}, { runMs: 10, token: 'sk_token_that_must_stay_here' });
beforeEach(async () => {
  elsewhere = await startElsewhere();
});
afterEach(async () => await elsewhere[Symbol.asyncDispose]());

const run = async (resource: string, operation: string, parameters: IDataObject, input: EngineOptions['input'] = [{}]) =>
  await runExtend({ input, credential: credentialOf(sandbox), node: { onError: 'continueRegularOutput' }, parameters: { resource, operation, ...parameters } });

/** What a host could learn about the token or its owner. */
function expectNoSecrets(): void {
  const text = JSON.stringify(elsewhere.visits);
  expect(text).not.toContain(sandbox.token);
  expect(text).not.toMatch(/"(authorization|x-extend-[\w-]+|cookie)"/);
}

const batchRun = async (input: EngineOptions['input'], options: IDataObject = {}) =>
  await run('workflowRun', 'batchRun', { workflow: { __rl: true, mode: 'id', value: sandbox.workflowId }, fileSource: 'auto', text: '={{ $json.text }}', options: { lookForLostSeconds: 0, ...options } }, input);

/** Every kind of request the node makes. */
const REQUESTS: Record<string, { call: Pick<FaultRule, 'method' | 'path'>; send: () => ReturnType<typeof run> }> = {
  'a GET of a list': { call: CALLS.list, send: async () => await run('workflowRun', 'getAll', { returnAll: true }) },
  'a GET': { call: CALLS.get, send: async () => await run('workflowRun', 'get', { workflowRunId: 'workflow_run_1' }) },
  'a batch POST': { call: CALLS['batch POST'], send: async () => await batchRun([{ text: 'Invoice' }]) },
  'a POST without a body': { call: CALLS.cancel, send: async () => await run('workflowRun', 'cancel', { workflowRunId: 'workflow_run_1' }) },
  'a streamed upload': { call: CALLS.upload, send: async () => await batchRun([{ json: {}, binary: stored }]) },
  'a DELETE': { call: { method: 'DELETE' }, send: async () => await run('workflowRun', 'delete', { workflowRunId: 'workflow_run_1' }) },
};

describe.each(Object.keys(REQUESTS))('a redirect of %s', (name) => {
  it.each([301, 302, 303, 307, 308])('%i is not followed but reported', async (status) => {
    const { call, send } = REQUESTS[name] as (typeof REQUESTS)[string];
    sandbox.fault({ ...call, times: 99, fault: { kind: 'status', status, body: {}, headers: { location: `${elsewhere.url}/stolen` } } });
    const { json } = await send();
    expect(json).toEqual([expect.objectContaining({ error: expect.any(String) })]);
    expect(elsewhere.visits).toEqual([]);
  });
});

describe('an address that Extend gives', () => {
  const fileAt = (presignedUrl: string) => sandbox.fault({ path: '^/files/', fault: { kind: 'status', status: 200, body: { id: 'file_1', name: 'scan.pdf', presignedUrl } } });

  it('of a file is fetched without the token', async () => {
    elsewhere.answer = { body: '%PDF-1.4', headers: { 'content-type': 'application/pdf' } };
    fileAt(`${elsewhere.url}/bucket/scan.pdf?X-Signature=s`);
    const { items } = await run('file', 'download', { fileId: 'file_1' });
    expect(items[0]?.binary?.data).toMatchObject({ fileName: 'scan.pdf' });
    expect(elsewhere.visits.map(({ method, url }) => [method, url])).toEqual([['GET', '/bucket/scan.pdf?X-Signature=s']]);
    expectNoSecrets();
  });

  it('of a file that sends on to another host takes no token along', async () => {
    await using third = await startElsewhere({ body: 'bytes' });
    elsewhere.answer = { status: 302, headers: { location: `${third.url}/scan.pdf` } };
    fileAt(`${elsewhere.url}/scan.pdf`);
    await run('file', 'download', { fileId: 'file_1' });
    elsewhere.visits.push(...third.visits);
    expect(elsewhere.visits.length).toBeGreaterThan(0);
    expectNoSecrets();
  });

  /** The trigger's second half, on the event its first half accepted. */
  const received = async (payload: IDataObject) =>
    await runExtend({
      type: 'n8n-nodes-extend.extendTrigger',
      mode: 'manual',
      credential: credentialOf(sandbox),
      input: [{ eventId: 'event_1', eventType: 'workflow_run.completed', receivedAt: '2026-03-01T12:00:00Z', payload }],
      parameters: { events: ['workflow_run.completed'], workflowSelection: 'all' },
    });

  it('of a webhook payload is fetched without the token', async () => {
    elsewhere.answer = { body: JSON.stringify({ object: 'workflow_run', id: 'workflow_run_1', status: 'PROCESSED', batchId: 'batch_far' }) };
    const { json } = await received({ object: 'signed_data_url', id: 'workflow_run_1', data: `${elsewhere.url}/payload?X-Signature=s` });
    expect(json).toMatchObject([{ batchId: 'batch_far' }]);
    expect(elsewhere.visits).toHaveLength(1);
    expectNoSecrets();
  });

  it('of a webhook payload that is gone is asked for without the token, and the API by an ID that stays in its place', async () => {
    elsewhere.answer = { status: 307, headers: { location: `${sandbox.url}/workflows` } };
    const { error } = await received({ object: 'signed_data_url', id: `../files/x?to=${elsewhere.url}#`, data: `${elsewhere.url}/payload` });
    expect(error?.message).toBe('The payload of event event_1 could not be fetched');
    expect(elsewhere.visits.length).toBeGreaterThan(0);
    expectNoSecrets();
    // The API saw the redirected requests without the token, and one with it that no ID can lead astray.
    const withToken = sandbox.ledger().requests.filter(({ headers }) => headers.authorization !== undefined);
    expect(withToken.map(({ path }) => path)).toEqual([`/workflow_runs/${encodeURIComponent(`../files/x?to=${elsewhere.url}#`)}`]);
  });

  it('that is no web address is not fetched at all', async () => {
    const addresses = ['file:///etc/hostname', 'ftp://127.0.0.1/x', 'data:application/json,{}', '//localhost/x', 'javascript:1', ''];
    const runs = await Promise.all(addresses.map(async (data) => await received({ object: 'signed_data_url', id: 'workflow_run_1', data })));
    expect(runs.map(({ error }) => error?.message)).toEqual(addresses.map(() => 'The payload of event event_1 could not be fetched'));
    expect(sandbox.ledger().requests.map(({ path }) => path)).toEqual(addresses.map(() => '/workflow_runs/workflow_run_1'));
  });
});
