/** Every fault at every call that Batch Run makes, twice in a row. */
import { batchRunUnder, SAFE } from './support/batchRun';
import { type CallName, FAULT_NAMES, type FaultName, leavesOf, ruleOf } from './support/faultKinds';

const INPUTS = 12;

const under = async (call: CallName, fault: FaultName) =>
  await batchRunUnder({
    group: call,
    inputs: INPUTS,
    inputsPerBatch: 5,
    rules: [1, 2].map((nth) => ruleOf(call, fault, { nth })),
    uploads: call === 'upload' ? 3 : 0,
    wait: call === 'list' || call === 'get',
  });

describe('at an upload', () => {
  it.concurrent.each(FAULT_NAMES)('%s: the file goes up in the end, or its item is reported', async (fault) => {
    const { tally } = await under('upload', fault);
    const refused = leavesOf(fault) === 'tooLarge' ? 2 : 0;
    expect(tally).toMatchObject({ ...SAFE, submitted: INPUTS - refused, rejected: refused });
  });
});

describe('at a batch POST', () => {
  it.concurrent.each(FAULT_NAMES)('%s: every input has one run, or is reported', async (fault) => {
    const { tally } = await under('batch POST', fault);
    expect(tally).toMatchObject(SAFE);
    // Batches of 5, 5 and 2: two of them are hit, and nothing tells whether their runs exist.
    const unknown = leavesOf(fault) === 'undone' ? [7, 10] : [0];
    expect(unknown).toContain(tally.unknown);
    expect(tally).toMatchObject({ submitted: INPUTS - tally.unknown, rejected: 0 });
  });
});

describe.each(['list', 'get'] as const)('at a %s while it waits for results', (call) => {
  it.concurrent.each(FAULT_NAMES)('%s: all are submitted, and every result arrives', async (fault) => {
    const { tally, json } = await under(call, fault);
    expect(tally).toMatchObject({ ...SAFE, submitted: INPUTS });
    if (leavesOf(fault) !== 'tooLarge') return expect(json.map(({ status }) => status)).toEqual(Array(INPUTS).fill('PROCESSED'));
    // A read that is refused for good: the item says so, and keeps the ID of its batch.
    const unread = json.filter(({ status }) => status !== 'PROCESSED');
    expect(unread.length).toBeGreaterThan(0);
    for (const item of unread) expect(JSON.stringify(item)).toMatch(/batch_\w+/);
  });
});
