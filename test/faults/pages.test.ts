/** Lists whose page tokens are hostile: they stay inside the query, and no list goes on for ever. */
import { runExtend } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { type Elsewhere, startElsewhere } from '../support/elsewhere';
import { useSandbox } from '../support/useSandbox';
import { CALLS } from './support/faultKinds';

let sandbox: Sandbox;
let elsewhere: Elsewhere;

useSandbox((started) => (sandbox = started), { runMs: 10 });
beforeAll(async () => (elsewhere = await startElsewhere()));
afterAll(async () => await elsewhere[Symbol.asyncDispose]());

const page = (nextPageToken: unknown, nth = 1, times = 1) =>
  sandbox.fault({ ...CALLS.list, nth, times, fault: { kind: 'status', status: 200, body: { object: 'list', data: [{ id: `workflow_run_${nth}`, status: 'PROCESSED', batchId: 'batch_1' }], nextPageToken } } });

const list = async (stopAfterMs?: number) =>
  await runExtend({
    input: [{}],
    credential: credentialOf(sandbox),
    stopAfterMs,
    parameters: { resource: 'workflowRun', operation: 'getAll', returnAll: true, filters: { batchId: 'batch_1' } },
  });

const requests = () => sandbox.ledger().requests;

it.each<[string, (elsewhereUrl: string) => string]>([
  ['an address', (url) => `${url}/workflow_runs`],
  ['an address without a scheme', (url) => url.slice('http:'.length)],
  ['a login before a host', (url) => `@${url.slice('http://'.length)}/`],
  ['another path', () => '/../../files/file_1'],
  ['more of a query', () => 'x&batchId=batch_2&maxPageSize=1'],
  ['a fragment', () => 'x#y'],
  ['line breaks and a header', () => 'x\r\nHost: localhost\r\nX-Own: 1\r\n\r\n'],
  ['NUL and percent signs', () => '\0%00%2F%zz'],
  ['what bases and cursors have', () => 'MTA=:/+a+b/c=='],
  ['other scripts', () => 'größe 文書 🙂'],
  ['the name of a prototype', () => '__proto__'],
])('%s as token goes back as it came, to the same path of the same host', async (_, make) => {
  const token = make(elsewhere.url);
  page(token);
  page(null, 2);
  const { json, error } = await list();
  expect(error).toBeUndefined();
  expect(json).toHaveLength(2);
  const first = { batchId: 'batch_1', maxPageSize: '1000' };
  expect(requests().map((request) => [request.path, request.query])).toEqual([
    ['/workflow_runs', expect.objectContaining(first)],
    ['/workflow_runs', expect.objectContaining({ ...first, nextPageToken: token })],
  ]);
  expect(requests()[1]?.headers['x-own']).toBeUndefined();
  expect(elsewhere.visits).toEqual([]);
});

it.each([null, undefined, ''])('%p as token is the end', async (token) => {
  page(token);
  expect((await list()).json).toHaveLength(1);
  expect(requests()).toHaveLength(1);
});

it('a token that half of a character is left of ends in an error', async () => {
  page('\ud83d');
  expect((await list()).error?.message).toBeDefined();
  expect(requests().length).toBeLessThanOrEqual(2);
});

it('a token too long for any server ends in an error', async () => {
  page('x'.repeat(1_000_000));
  expect((await list()).error?.message).toBeDefined();
});

it.each([['the same', 'again'], ['one that is no text', { a: 1 }]])('%s as token for ever ends in an error instead of an endless list', async (_, token) => {
  page(token, 1, Infinity);
  const { error, run: ended } = await list(5000);
  expect([ended.status, error?.message]).toEqual(['error', "Extend's answer could not be read"]);
  expect(requests().length).toBeLessThanOrEqual(2);
});
