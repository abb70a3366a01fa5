import { sleep } from 'n8n-workflow';

/** How long a loop may keep the process to itself, in milliseconds. */
const SLICE_MS = 15;

/**
 * Runs a short task for every entry, in order, and lets the process serve others now and then: with a hundred thousand
 * items nothing else would happen meanwhile, not even a heartbeat to n8n's queue.
 */
export async function forEachYielding<T>(entries: Iterable<T>, task: (entry: T, index: number) => void): Promise<void> {
  let index = 0;
  let begin = Date.now();
  for (const entry of entries) {
    task(entry, index++);
    if (Date.now() - begin < SLICE_MS) continue;
    await sleep(0);
    begin = Date.now();
  }
}

/** The same, for the results of the task. */
export async function mapYielding<T, R>(entries: Iterable<T>, task: (entry: T, index: number) => R): Promise<R[]> {
  const results: R[] = [];
  await forEachYielding(entries, (entry, index) => results.push(task(entry, index)));
  return results;
}
