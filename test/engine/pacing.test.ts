import type { IDataObject } from 'n8n-workflow';
import { runExtend } from '../../harness/engine';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let credential: IDataObject;

useSandbox((started) => {
  sandbox = started;
  credential = { apiToken: sandbox.token, region: 'custom', baseUrl: sandbox.url, plan: 'payAsYouGo' };
}, { runMs: 1 });

const submit = async (documents: number): Promise<string> => {
  const parameters = { resource: 'workflowRun', operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: sandbox.workflowId }, fileSource: 'text', text: 'x' };
  return (await runExtend({ input: Array.from({ length: documents }, (_, n) => ({ n })), credential, parameters })).json[0]?.batchId as string;
};

/** Reads every run of a batch and tells how long that took. */
const read = async (batchId: string, stopAfterMs?: number) => {
  const started = Date.now();
  const { json, run } = await runExtend({ input: [{ batchId }], credential, stopAfterMs, parameters: { resource: 'workflowRun', operation: 'getBatchResults', batchId: '={{ $json.batchId }}' } });
  return { results: json.length, seconds: (Date.now() - started) / 1000, status: run.status };
};

const reads = () => sandbox.ledger().requests.filter(({ method }) => method === 'GET');

describe('executions with one credential', () => {
  it('read as fast as the plan allows, hardly ever faster, and the small one is not behind the large one', async () => {
    const [large, small] = [await submit(40), await submit(4)];
    sandbox.configure({ plan: 'payg' });
    const [all, few] = await Promise.all([read(large), read(small)]);
    expect([all.results, few.results]).toEqual([40, 4]);
    expect(few.seconds).toBeLessThan(all.seconds / 2);
    // 46 requests, the first at once. A busy machine may bring some of them together; the bench measures the exact share.
    expect(45 / all.seconds / 10).toBeGreaterThan(0.6);
    expect(sandbox.ledger().rateLimited).toBeLessThanOrEqual(2);
  });

  it('give their turns away when they are stopped, and send nothing more', async () => {
    sandbox.configure({ plan: 'payg' });
    const [stopped, other] = [await submit(40), await submit(5)];
    const before = reads().length;
    const [gone, read5] = await Promise.all([read(stopped, 300), read(other)]);
    expect(gone.status).toBe('canceled');
    expect(read5.results).toBe(5);
    // The other's six requests, and what the stopped one sent before it was stopped.
    expect(reads().length - before).toBeLessThanOrEqual(6 + 4);
    expect(read5.seconds).toBeLessThan(1.5);
  });
});
