import { atMost, growth, inFreshProcesses, MB, median, medianWall, pairs, type Result, result, type Sample } from './measure';
import { startServer } from './server';
import { rows, withNode, withSdk } from './work';

/** CPU times differ more than wall times: some of the runs pay for a garbage collection of everything that the process holds. */
const CPU_PAIRS = 15;

/** 10,000 inputs on a server that takes 300 ms per batch: wall time, and CPU time per item. */
export async function submitVsSdk(): Promise<Result[]> {
  using server = await startServer({ batchMs: 300 });
  const items = rows(10_000);
  const samples = await pairs(withNode(server, items), withSdk(server, items), server.reset, CPU_PAIRS);
  const [ours, peer] = [medianWall(samples.ours), medianWall(samples.peer)];
  const cpuOf = (of: Sample[]) => (median(of.map(({ cpu }) => cpu)) * 1000) / items.length;
  const [cpu, peerCpu] = [cpuOf(samples.ours), cpuOf(samples.peer)];
  const beyond = `${(cpu - peerCpu).toFixed(1)} more than the SDK script, for n8n's engine, three expressions, checks, correlation and pairing`;
  return [
    result('submit-10k-vs-sdk', ours, peer, 'ms', '10,000 URL items, three expressions each, 300 ms per batch; the peer sends its ten batches in a row with the SDK', atMost(ours / peer, 0.5)),
    result('submit-10k-cpu', cpu, peerCpu, 'µs/item', beyond, atMost(cpu - peerCpu, 15, 'ours − peer')),
  ];
}

/** Ten times the items take about ten times as long. */
export async function submitScaling(): Promise<Result[]> {
  using server = await startServer();
  const samples = await pairs(withNode(server, rows(100_000)), withNode(server, rows(10_000)), server.reset);
  const [large, small] = [medianWall(samples.ours), medianWall(samples.peer)];
  return [result('submit-scaling-100k', large, small, 'ms', '100,000 items; the peer is the node with 10,000', atMost(large / small, 11))];
}

interface Memory {
  /** Size of the items, in MB. */
  items: number;
  /** What the process grew by beyond them, at most. */
  node: number;
}

/** One run of a process that ends then. What is loaded and compiled once is no matter of the number of items. */
export async function memoryOfSubmit(): Promise<Memory> {
  using server = await startServer();
  await withNode(server, rows(1000))();
  global.gc?.();
  const empty = process.memoryUsage().heapUsed;
  const items = rows(100_000);
  global.gc?.();
  const size = (process.memoryUsage().heapUsed - empty) / MB;
  return { items: size, node: await growth(withNode(server, items)) };
}

/** What 100,000 items take beyond themselves. */
export async function submitMemory(): Promise<Result[]> {
  const found = await inFreshProcesses<Memory>('submit');
  const [node, items] = [median(found.map((memory) => memory.node)), median(found.map((memory) => memory.items))];
  return [result('submit-memory-100k', node, items, 'MB', 'growth of RSS beyond the 100,000 items while they are submitted; the peer is the size of the items on the heap')];
}
