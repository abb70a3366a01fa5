/** Submits 100,000 items in a process that has done nothing before, and tells how much it grew. */
import { startServer } from './server';
import type { Memory } from './submit';
import { rows, withNode } from './work';

const MB = 1024 * 1024;

async function main(): Promise<void> {
  using server = await startServer();
  // What is loaded and compiled once is no matter of the number of items.
  await withNode(server, rows(1000))();
  global.gc?.();
  const empty = process.memoryUsage().heapUsed;
  const items = rows(100_000);
  global.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  let peak = rss;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  await withNode(server, items)();
  clearInterval(watch);
  const memory: Memory = { items: (heapUsed - empty) / MB, node: (peak - rss) / MB };
  await new Promise((resolve) => process.send?.(memory, resolve));
  process.exit(0);
}

void main();
