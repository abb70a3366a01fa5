/** The answer to a batch POST is lost, and the search for the batch is hit too, or its runs show up late. */
import { batchRunUnder, SAFE } from './support/batchRun';
import { FAULT_NAMES, ruleOf } from './support/faultKinds';

const INPUTS = 8;
const lost = ruleOf('batch POST', 'reset after accept', { nth: 2 });

describe.each(['list', 'get'] as const)('at the %s that looks for the batch', (call) => {
  it.concurrent.each(FAULT_NAMES)('%s: the batch is found', async (fault) => {
    const rules = [lost, ruleOf(call, fault, { times: 2 })];
    const { tally } = await batchRunUnder({ group: 'lost answer, then ' + call, inputs: INPUTS, inputsPerBatch: 4, rules, lookForLostSeconds: 3 });
    expect(tally).toMatchObject({ ...SAFE, submitted: INPUTS });
  });
});

describe('runs that lists show late', () => {
  /** A tenth of the 0, 5 and 30 seconds that the domain is tested with in virtual time. */
  it.concurrent.each([0, 500, 3000])('%i ms: the batch is found', async (listDelayMs) => {
    const { tally } = await batchRunUnder({ group: 'list delay', inputs: INPUTS, inputsPerBatch: 4, rules: [lost], lookForLostSeconds: 6, sandbox: { listDelayMs } });
    expect(tally).toMatchObject({ ...SAFE, submitted: INPUTS });
  });

  it.concurrent('later than the node looks: reported with the key that its runs have', async () => {
    const { tally, ledger } = await batchRunUnder({ group: 'list delay', inputs: INPUTS, inputsPerBatch: 4, rules: [lost], sandbox: { listDelayMs: 60_000 } });
    expect(tally).toMatchObject({ ...SAFE, submitted: 4, unknown: 4 });
    expect(ledger.runs).toHaveLength(INPUTS);
  });

  it.concurrent.each([500, 3000])('%i ms: every result is waited for', async (listDelayMs) => {
    const { tally, json } = await batchRunUnder({ group: 'list delay', inputs: INPUTS, rules: [], wait: true, sandbox: { listDelayMs } });
    expect(tally).toMatchObject({ ...SAFE, submitted: INPUTS });
    expect(json.map(({ status }) => status)).toEqual(Array(INPUTS).fill('PROCESSED'));
  });
});
