import { createHash } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';
import { binaryOf, runExtend, useBinaryMode } from '../test/support/engine';
import { median, pairs, type Result, result } from './measure';
import { type BenchServer, startServer } from './server';

const MB = 1024 * 1024;
const AT_ONCE = 5;

/** Different files, so that none is shared. */
const fileOf = (n: number, bytes: number): Buffer => Buffer.alloc(bytes, createHash('sha256').update(String(n)).digest());

async function storedFiles(count: number, bytes: number): Promise<INodeExecutionData[]> {
  await useBinaryMode('filesystem');
  const items: INodeExecutionData[] = [];
  for (let n = 0; n < count; n++) items.push({ json: { n }, binary: { data: await binaryOf(fileOf(n, bytes), `scan-${n}.pdf`) } });
  return items;
}

const node = (server: BenchServer, items: INodeExecutionData[]) => async () => {
  const { error } = await runExtend({
    input: items,
    credential: { apiToken: server.token, region: 'custom', baseUrl: server.url, plan: 'custom', requestsPerSecond: 1000 },
    parameters: {
      resource: 'workflowRun',
      operation: 'batchRun',
      workflow: { __rl: true, mode: 'id', value: server.workflowId },
      fileSource: 'binary',
      options: { uploadConcurrency: AT_ONCE },
    },
  });
  if (error) throw new Error(error.message);
};

/** A bare loop that posts the same number of bytes with Node's fetch. */
const loop = (server: BenchServer, count: number, bytes: number) => async () => {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const n = next++;
      const body = new FormData();
      body.set('file', new Blob([fileOf(n, bytes)]), `scan-${n}.pdf`);
      const headers = { authorization: `Bearer ${server.token}`, 'x-extend-api-version': '2026-02-09' };
      const answer = await fetch(`${server.url}/files/upload`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`upload answered ${answer.status}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

/** 200 files of 5 MB: how much the process grows while they stream through it. */
export async function uploadMemory(): Promise<Result[]> {
  const server = await startServer();
  const items = await storedFiles(200, 5 * MB);
  await node(server, items.slice(0, 5))();
  global.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  await node(server, items)();
  clearInterval(watch);
  server.close();
  return [result('upload-memory', (peak - before) / MB, 1000, 'MB', '200 × 5 MB in filesystem mode: growth of RSS; the peer is the size of the files; goal 64')];
}

export async function uploadThroughput(): Promise<Result[]> {
  const server = await startServer();
  const items = await storedFiles(40, 5 * MB);
  const { ours, peer } = await pairs(node(server, items), loop(server, 40, 5 * MB));
  server.close();
  const speed = (samples: typeof ours) => 200 / (median(samples.map(({ wall }) => wall)) / 1000);
  return [result('upload-throughput', speed(ours), speed(peer), 'MB/s', `40 × 5 MB, ${AT_ONCE} at once; goal 0.9; the peer posts bytes that are in memory`)];
}
