import { ExtendClient } from 'extend-ai';
import type { IDataObject } from 'n8n-workflow';
import { runExtend } from '../test/support/engine';
import { median, pairs, type Result, result, time } from './measure';
import { type BenchServer, startServer } from './server';

const BATCH = 1000;

interface Row extends IDataObject {
  url: string;
  invoice: string;
  customer: string;
}

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ url: `https://example.com/invoices/${i}.pdf`, invoice: `INV-${i}`, customer: `c-${i % 97}` }));

/** The node, with three expressions per item, through n8n's engine. */
const node = (server: BenchServer, items: Row[]) => async () => {
  const { json, error } = await runExtend({
    input: items.map((json) => ({ json })),
    credential: { apiToken: server.token, region: 'custom', baseUrl: server.url, plan: 'enterprise' },
    parameters: {
      resource: 'workflowRun',
      operation: 'batchRun',
      workflow: { __rl: true, mode: 'id', value: server.workflowId },
      fileSource: 'url',
      fileUrl: '={{ $json.url }}',
      metadataMode: 'fields',
      metadataFields: { field: [{ name: 'invoice', value: '={{ $json.invoice }}' }, { name: 'customer', value: '={{ $json.customer }}' }] },
    },
  });
  if (error || json.reduce((sum, { inputCount }) => sum + Number(inputCount), 0) !== items.length) throw new Error(error?.message ?? 'inputs are missing');
};

/** The plain script a developer would write with the official SDK. */
const script = (server: BenchServer, items: Row[]) => {
  const client = new ExtendClient({ token: server.token, baseUrl: server.url });
  return async () => {
    for (let start = 0; start < items.length; start += BATCH) {
      const inputs = items.slice(start, start + BATCH).map(({ url, invoice, customer }) => ({ file: { url }, metadata: { invoice, customer } }));
      await client.workflowRuns.createBatch({ workflow: { id: server.workflowId }, inputs });
    }
  };
};

/** 10,000 inputs on a server that takes 300 ms per batch: wall time, and CPU time per item. */
export async function submitVsSdk(): Promise<Result[]> {
  const slow = await startServer({ batchMs: 300 });
  const items = rows(10_000);
  const wall = await pairs(node(slow, items), script(slow, items));
  slow.close();
  const ours = median(wall.ours.map(({ wall: ms }) => ms));
  const peer = median(wall.peer.map(({ wall: ms }) => ms));
  const cpu = (samples: typeof wall.ours) => (median(samples.map(({ cpu: ms }) => ms)) * 1000) / items.length;
  return [
    result('submit-10k-vs-sdk', ours, peer, 'ms', '10,000 URL items, 3 expressions each; goal 0.5; the peer sends ten batches in a row with the SDK'),
    result('submit-10k-cpu', cpu(wall.ours), cpu(wall.peer), 'µs/item', `ours minus peer: ${(cpu(wall.ours) - cpu(wall.peer)).toFixed(1)} µs; goal 15`),
  ];
}

/** Ten times the items take about ten times as long, and little memory beyond the items. */
export async function submitScaling(): Promise<Result[]> {
  const server = await startServer();
  const small = rows(10_000);
  const large = rows(100_000);
  await node(server, small)();
  const times = { small: [] as number[], large: [] as number[] };
  let peak = 0;
  for (let i = 0; i < 5; i++) {
    times.small.push((await time(node(server, small))).wall);
    await server.reset();
    global.gc?.();
    const before = process.memoryUsage().rss;
    times.large.push((await time(node(server, large))).wall);
    peak = Math.max(peak, process.memoryUsage().rss - before);
    await server.reset();
  }
  server.close();
  const detail = `t(100k)/t(10k); goal 11; RSS after a run of 100,000 grew by at most ${Math.round(peak / 1024 / 1024)} MB, the items included`;
  return [result('submit-scaling-100k', median(times.large), median(times.small), 'ms', detail)];
}
