/** Options that are numbers, and what else an expression may give for them. */
import type { IDataObject } from 'n8n-workflow';
import { onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, errorsOf, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const on = onSandbox(() => sandbox);
const batchRun = batchRunOn(() => sandbox);

describe('a number that is none', () => {
  it.each<[string, IDataObject]>([
    ['Uploads at Once', { uploadsAtOnce: 0.5 }],
    ['Uploads at Once', { uploadsAtOnce: 1000 }],
    ['Look for Lost Batches (Sec)', { lookForLostSeconds: '60 s' }],
    ['Maximum Inputs', { maximumInputs: '1,000' }],
    ['Look Back (Hours)', { deduplicationKey: 'x', lookBackHours: '24h' }],
    ['Look Back (Hours)', { deduplicationKey: 'x', lookBackHours: null }],
    ['Time Limit (Minutes)', { timeLimitMinutes: '30 min' }],
    ['Inputs per Batch', { inputsPerBatch: 0 }],
  ])('%s %j is refused before anything is sent, with Continue On Fail for every item', async (label, options) => {
    const parameters = { ...FROM_TEXT, options, waitForCompletion: 'poll' };
    const { error } = await batchRun([{ text: 'a' }, { text: 'b' }], parameters);
    expect(error).toMatchObject({ message: expect.stringContaining(`${label} is not a number`), description: expect.stringContaining('Nothing was sent') });
    const { json } = await batchRun([{ text: 'a' }, { text: 'b' }], parameters, continueOnFail);
    expect(errorsOf(json)).toHaveLength(2);
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('as a text is a number', async () => {
    const { json } = await batchRun([{ text: 'a' }, { text: 'b' }, { text: 'c' }], { ...FROM_TEXT, options: { inputsPerBatch: '2' } });
    expect(json.map(({ inputCount }) => inputCount).sort()).toEqual([1, 2]);
  });

  it('is refused by lists too', async () => {
    const { error } = await on('file', 'getAll', { limit: '={{ "many" }}' });
    expect(error?.message).toContain('Limit is not a number of at least 1');
  });
});
