/**
 * Runs a task for every entry, a bounded number at once, started in order.
 * @returns the results in the order of the entries; the first error thrown by a task ends the whole
 */
export async function mapBounded<T, R>(
  entries: readonly T[],
  limit: number,
  task: (entry: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(entries.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < entries.length && !failed) {
      const index = next++;
      let done = false;
      try {
        results[index] = await task(entries[index] as T, index);
        done = true;
      } finally {
        failed ||= !done;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, limit), entries.length) }, worker));
  return results;
}
