import { runExtend } from '../test/support/engine';
import { median, type Result, result, time } from './measure';
import { startServer } from './server';

const RUNS = 200;
const LIMIT = 25;

/** A batch is read as fast as the plan allows, and hardly ever faster. */
export async function collectPacing(): Promise<Result[]> {
  const server = await startServer({ plan: 'scale', runMs: 1 });
  const credential = { apiToken: server.token, region: 'custom', baseUrl: server.url, plan: 'scale' };
  const submitted = await runExtend({
    input: Array.from({ length: RUNS }, (_, n) => ({ n })),
    credential,
    parameters: { resource: 'workflowRun', operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: server.workflowId }, fileSource: 'text', text: '={{ $json.n }} text' },
  });
  const [{ batchId }] = submitted.json as [{ batchId: string }];
  const rates: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { wall } = await time(async () => {
      const { json } = await runExtend({ input: [{ batchId }], credential, parameters: { resource: 'workflowRun', operation: 'getBatchResults', batchId: '={{ $json.batchId }}' } });
      if (json.length !== RUNS) throw new Error(`${json.length} of ${RUNS} results`);
    });
    rates.push((RUNS + 1) / (wall / 1000));
  }
  const { rateLimited } = await server.ledger();
  server.close();
  const share = ((rateLimited / (5 * (RUNS + 1))) * 100).toFixed(1);
  return [result('collect-pacing', median(rates), LIMIT, 'requests/s', `${RUNS} runs read five times under the limit of the Scale plan; goal 0.95; ${share} % of the answers were 429`)];
}
