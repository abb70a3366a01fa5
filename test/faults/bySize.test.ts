/** Every fault at the first batch POST, around the size of one batch and far above it. */
import { batchRunUnder, SAFE } from './support/batchRun';
import { FAULT_NAMES, leavesOf, ruleOf } from './support/faultKinds';

describe.each([1, 999, 1000, 1001, 10_000])('%i inputs', (inputs) => {
  it.each(FAULT_NAMES)('%s at the first batch', async (fault) => {
    const { tally } = await batchRunUnder({ group: `${inputs.toLocaleString('en-US')} inputs`, inputs, rules: [ruleOf('batch POST', fault)] });
    expect(tally).toMatchObject(SAFE);
    const leaves = leavesOf(fault);
    // One batch is in doubt, no more; and what is too large is halved as long as it can be.
    if (leaves === 'undone') expect([Math.min(inputs, 1000), inputs % 1000]).toContain(tally.unknown);
    else expect(tally).toMatchObject(leaves === 'tooLarge' && inputs === 1 ? { rejected: 1 } : { submitted: inputs });
  });
});
