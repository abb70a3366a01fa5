/** What happens to an item whose parameters n8n cannot read. */
import type { IDataObject } from 'n8n-workflow';
import type { EngineOptions } from '../../harness/engine';
import { byId, onSandbox, pause } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, errorsOf, FROM_TEXT, skip } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

type Input = EngineOptions['input'];

const on = onSandbox(() => sandbox);
const batchRun = batchRunOn(() => sandbox);
const run = async (input: Input, parameters: IDataObject, more: Partial<EngineOptions> = {}) =>
  await on('workflowRun', 'run', { workflow: byId(sandbox.workflowId), ...parameters }, input, more);

describe('an item whose parameters n8n cannot read', () => {
  const workflow = { __rl: true, mode: 'url', value: '={{ $json.address }}' };
  const address = () => `https://dashboard.extend.ai/workflows/${sandbox.workflowId}`;
  const items = () => [{ address: address(), text: 'a' }, { address: 'https://example.com', text: 'b' }, { address: address(), text: 'c' }];

  it.each([
    ['batchRun', skip],
    ['run', {}],
  ] as const)('sinks no other (%s)', async (operation, parameters) => {
    const { json } = await (operation === 'run' ? run : batchRun)(items(), { ...FROM_TEXT, ...parameters, workflow }, continueOnFail);
    expect(sandbox.ledger().runs.map(({ input }) => (input as IDataObject).text).sort()).toEqual(['a', 'c']);
    expect(errorsOf(json)).toEqual(['A field cannot be read [item 1]']);
  });

  it.each([0, 1])('sinks no other when an option of item %i fails', async (bad) => {
    const fileName = '={{ $json.text === "bad" ? $("Nowhere").item.json.name : $json.text }}';
    const texts = [0, 1, 2].map((i) => ({ text: i === bad ? 'bad' : `good ${i}` }));
    const { json } = await batchRun(texts, { ...FROM_TEXT, options: { onInvalidItems: 'skip', fileName } });
    expect(sandbox.ledger().runs).toHaveLength(2);
    expect(errorsOf(json)).toEqual([`A field cannot be read [item ${bad}]`]);
  });

  it.each(['run', 'batchRun'])('keeps everything from being sent when it says how the result shall look (%s)', async (operation) => {
    const parameters = { ...FROM_TEXT, waitForCompletion: 'poll', simplify: '={{ $json.text === "bad" ? $("Nowhere").item.json.full : true }}' };
    const { json } = await on('workflowRun', operation, { workflow: byId(sandbox.workflowId), ...parameters }, [{ text: 'bad' }, { text: 'good' }], continueOnFail);
    expect(errorsOf(json)).toHaveLength(2);
    expect(sandbox.ledger().runs).toEqual([]);
  });

  it("ends the node with n8n's own error", async () => {
    const { error } = await batchRun(items(), { ...FROM_TEXT, workflow });
    expect(error?.message).toContain('the URL entered is incorrect');
    expect(sandbox.ledger().requests).toEqual([]);
  });

  it('is an error item of Get Batch Results, beside the results of the others', async () => {
    const { json: submitted } = await batchRun([{ text: 'a' }], FROM_TEXT);
    await pause(60);
    const batchId = "={{ $json.batchId ?? $('Nowhere').item.json.batchId }}";
    const { json } = await on('workflowRun', 'getBatchResults', { batchId }, [submitted[0] as IDataObject, {}], continueOnFail);
    expect(json.filter(({ status }) => status === 'PROCESSED')).toHaveLength(1);
    expect(errorsOf(json)).toHaveLength(1);
    const options = { separateRunning: true, timeLimitMinutes: '={{ $json.limit }}' };
    const { outputs } = await on('workflowRun', 'getBatchResults', { options }, [{ ...submitted[0], limit: 5 }, { batchId: 'batch_2', limit: null }], continueOnFail);
    expect(outputs[0]?.map(({ json: { status, error } }) => status ?? error)).toEqual(['PROCESSED', expect.stringContaining('Time Limit (Minutes) is not a number')]);
  });
});
