/**
 * `npm run test:faults`: Batch Run in n8n's engine against a server that misbehaves. What counts is the server's ledger:
 * every input has exactly one run, or is reported by name; none is lost, none is doubled.
 */
import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { type FaultRule, type Sandbox, startSandbox } from '../../sandbox';
import { binaryOf, runExtend, useBinaryMode } from '../support/engine';

type Fault = FaultRule['fault'];

const rateLimited = (retryAfter?: string): Fault => ({
  kind: 'status',
  status: 429,
  body: { code: 'RATE_LIMIT_EXCEEDED', message: 'slow down', retryable: true, requestId: 'req_f' },
  ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
});
const serverError = (status: number, body: unknown = { code: 'INTERNAL_ERROR', message: 'oops', retryable: true }): Fault => ({ kind: 'status', status, body });

/** Every fault of the suite; a date a second ahead is made when it is used. */
const FAULTS: Record<string, () => Fault> = {
  '429 with seconds': () => rateLimited('0.1'),
  '429 with a date': () => rateLimited(new Date(Date.now() + 1000).toUTCString()),
  '429 without a time': () => rateLimited(),
  '408': () => serverError(408),
  '500': () => serverError(500),
  '502 as HTML': () => serverError(502, '<html><body>Bad gateway</body></html>'),
  'reset before accept': () => ({ kind: 'reset', when: 'before' }),
  'reset after accept': () => ({ kind: 'reset', when: 'after' }),
  'timeout after accept': () => ({ kind: 'timeout', when: 'after', ms: 150 }),
  'truncated JSON': () => ({ kind: 'truncated' }),
  '413': () => serverError(413, { code: 'PAYLOAD_TOO_LARGE', message: 'too large', retryable: false }),
  'slow answer': () => ({ kind: 'slow', ms: 200 }),
};

const CALLS: Record<string, { method: string; path: string }> = {
  upload: { method: 'POST', path: '^/files/upload$' },
  'batch POST': { method: 'POST', path: '^/workflow_runs/batch$' },
  list: { method: 'GET', path: '^/workflow_runs$' },
  get: { method: 'GET', path: '^/workflow_runs/workflow_run_' },
};

interface Tally {
  cases: number;
  inputs: number;
  submitted: number;
  rejected: number;
  unknown: number;
  lost: number;
  doubled: number;
}
const tally: Tally = { cases: 0, inputs: 0, submitted: 0, rejected: 0, unknown: 0, lost: 0, doubled: 0 };

let sandbox: Sandbox;
let file: INodeExecutionData['binary'];

beforeAll(async () => {
  sandbox = await startSandbox({ runMs: 10 });
  await useBinaryMode('filesystem');
  file = { data: await binaryOf(Buffer.from('%PDF-1.4 not really'), 'scan.pdf') };
});
afterAll(async () => {
  await sandbox.close();
  console.log(Object.entries(tally).map(([name, count]) => `${name}: ${count}`).join(', '));
});
beforeEach(() => sandbox.reset());

interface Given {
  inputs: number;
  rules: FaultRule[];
  inputsPerBatch?: number;
  /** The first item carries a file that is uploaded. */
  upload?: boolean;
  wait?: boolean;
}

/** Runs Batch Run under faults and settles the account of every input. */
async function run({ inputs, rules, inputsPerBatch = 1000, upload = false, wait = false }: Given): Promise<Tally> {
  const items = Array.from({ length: inputs }, (_, n): INodeExecutionData =>
    upload && n === 0 ? { json: { n }, binary: file } : { json: { n, text: `Invoice ${n}` } },
  );
  for (const rule of rules) sandbox.fault(rule);
  const { json, error } = await runExtend({
    input: items,
    credential: { apiToken: sandbox.token, region: 'custom', baseUrl: sandbox.url, plan: 'custom', requestsPerSecond: 1000 },
    node: { onError: 'continueRegularOutput' },
    parameters: {
      resource: 'workflowRun',
      operation: 'batchRun',
      workflow: { __rl: true, mode: 'id', value: sandbox.workflowId },
      fileSource: 'auto',
      text: '={{ $json.text }}',
      output: 'perInput',
      waitForCompletion: wait ? 'poll' : 'off',
      options: { inputsPerBatch, lookForLost: 1, timeLimit: 1 },
    },
  });
  expect(error).toBeUndefined();
  return settle(inputs, json);
}

const itemIndexOf = (json: IDataObject): number =>
  Number((json.details as IDataObject | undefined)?.itemIndex ?? json.itemIndex ?? (json.source as IDataObject | undefined)?.itemIndex);

function settle(inputs: number, output: IDataObject[]): Tally {
  const runs = new Map<number, number>();
  for (const { metadata } of sandbox.ledger().runs) {
    const { itemIndex } = metadata?.n8n as { itemIndex: number };
    runs.set(itemIndex, (runs.get(itemIndex) ?? 0) + 1);
  }
  const said = new Map(output.map((json) => [itemIndexOf(json), String((json.details as IDataObject | undefined)?.status ?? (json.error ? 'failed' : 'submitted'))]));
  const result: Tally = { cases: 1, inputs, submitted: 0, rejected: 0, unknown: 0, lost: 0, doubled: 0 };
  for (let n = 0; n < inputs; n++) {
    const created = runs.get(n) ?? 0;
    const word = said.get(n);
    if (created > 1) result.doubled++;
    if (word === 'submitted' && created === 1) result.submitted++;
    else if (word === 'unknown') result.unknown++;
    else if (word !== undefined && word !== 'submitted' && created === 0) result.rejected++;
    else result.lost++;
  }
  for (const key of Object.keys(tally) as Array<keyof Tally>) tally[key] += result[key];
  return result;
}

const safe = { lost: 0, doubled: 0 };

describe.each(Object.keys(CALLS))('a fault of %s', (call) => {
  it.each(Object.keys(FAULTS))('%s: nothing lost, nothing doubled', async (name) => {
    const fault = (FAULTS[name] as () => Fault)();
    const result = await run({ inputs: 12, inputsPerBatch: 5, rules: [{ ...CALLS[call], nth: 2, fault }, { ...CALLS[call], nth: 1, fault }], upload: call === 'upload', wait: call === 'list' || call === 'get' });
    expect(result).toMatchObject(safe);
    if (call !== 'batch POST') expect(result.unknown).toBe(0);
    if (call === 'list' || call === 'get') expect(result.submitted).toBe(12 - result.rejected);
  });
});

describe.each([1, 999, 1000, 1001, 10_000])('%i inputs', (inputs) => {
  it.each(['429 with seconds', '500', 'reset after accept', 'reset before accept', '413'])('with %s at the first batch', async (name) => {
    const fault = (FAULTS[name] as () => Fault)();
    const result = await run({ inputs, rules: [{ ...CALLS['batch POST'], fault }] });
    expect(result).toMatchObject(safe);
    const takenOrFound = name.startsWith('429') || name === 'reset after accept' || (name === '413' && inputs > 1);
    if (takenOrFound) expect(result.submitted).toBe(inputs);
  });
});

describe('faults at random', () => {
  const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
  const anyRule = fc.record({
    call: fc.constantFrom(...Object.keys(CALLS)),
    fault: fc.constantFrom(...Object.keys(FAULTS)),
    nth: fc.integer({ min: 1, max: 6 }),
    times: fc.integer({ min: 1, max: 2 }),
  });
  const anyCase = fc.record({ inputs: fc.integer({ min: 1, max: 40 }), inputsPerBatch: fc.integer({ min: 3, max: 20 }), rules: fc.array(anyRule, { minLength: 1, maxLength: 4 }), wait: fc.boolean() });

  it.each(fc.sample(anyCase, { seed, numRuns: 25 }).map((given, i) => [i, given] as const))(`seed ${seed}, case %i`, async (_, given) => {
    const rules = given.rules.map(({ call, fault, ...rule }) => ({ ...CALLS[call], ...rule, fault: (FAULTS[fault] as () => Fault)() }));
    expect(await run({ ...given, rules, upload: true })).toMatchObject(safe);
  });
});

describe('the token', () => {
  it('is not carried along by a redirect, wherever it points', async () => {
    const elsewhere = await startSandbox({ token: 'sk_other' });
    const headers = { location: `${elsewhere.url}/workflow_runs/batch` };
    sandbox.fault({ ...CALLS['batch POST'], fault: { kind: 'status', status: 307, headers } });
    const { json } = await runExtend({
      input: [{ text: 'x' }],
      credential: { apiToken: sandbox.token, region: 'custom', baseUrl: sandbox.url, plan: 'custom', requestsPerSecond: 1000 },
      node: { onError: 'continueRegularOutput' },
      parameters: { resource: 'workflowRun', operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: sandbox.workflowId }, fileSource: 'text', text: 'x', options: { lookForLost: 0 } },
    });
    expect(json).toMatchObject([{ details: { status: 'unknown' } }]);
    expect(elsewhere.ledger().requests).toEqual([]);
    await elsewhere.close();
  });
});
