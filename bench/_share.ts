import { runExtend } from '../test/support/engine';
import { startServer } from './server';
async function main() {
  for (const [plan, N, runs] of [['payg', 10, 200], ['scale', 25, 500], ['enterprise', 75, 1500]] as const) {
    const server = await startServer({ plan: 'unlimited', runMs: 1 });
    const credential = { apiToken: server.token, region: 'custom', baseUrl: server.url, plan };
    const submitted = await runExtend({ input: Array.from({ length: runs }, (_, n) => ({ n })), credential, parameters: { resource: 'workflowRun', operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: server.workflowId }, fileSource: 'text', text: '={{ $json.n }} text' } });
    const [{ batchId }] = submitted.json as any;
    await fetch(`${server.url}/_sandbox/options`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ plan }) }).then((r) => { if (!r.ok) throw new Error(String(r.status)); });
    const t0 = Date.now();
    const { json } = await runExtend({ input: [{ batchId }], credential, parameters: { resource: 'workflowRun', operation: 'getBatchResults', batchId: '={{ $json.batchId }}' } });
    const wall = Date.now() - t0;
    const { rateLimited } = (await server.ledger()) as any;
    console.log(plan, json.length, 'share', ((runs + 1) / wall * 1000 / N).toFixed(3), '429:', rateLimited, ((100 * rateLimited) / (runs + 1)).toFixed(2) + '%');
    server.close();
  }
  process.exit(0);
}
void main();
