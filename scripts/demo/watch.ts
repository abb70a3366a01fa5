import { SingleBar } from 'cli-progress';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend } from './backend';

const LINE_EVERY_MS = 5000;

export const count = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : /(s|x|ch)$/.test(what) ? 'es' : 's'}`;

/** Shows how many documents the server is done with, for as long as the execution takes. */
export async function watch<T>(backend: Backend, total: number, execution: Promise<T>): Promise<T> {
  const show = process.stdout.isTTY ? showBar(total) : showLines(total);
  let over = false;
  const looking = (async () => {
    while (!over) {
      await sleep(backend.lookEveryMs);
      // A look that fails says nothing about the execution; the next one may do.
      const progress = await backend.progress().catch(() => undefined);
      if (progress && !over) show.update(Math.min(progress.done, total), progress.submitted);
    }
  })();
  try {
    return await execution;
  } finally {
    over = true;
    await looking;
    const last = await backend.progress().catch(() => undefined);
    if (last) show.update(Math.min(last.done, total), last.submitted);
    show.end();
  }
}

function showBar(total: number) {
  const bar = new SingleBar({ format: '{bar} {percentage}% | {value} of {total} documents done | {submitted} submitted | {duration_formatted}', hideCursor: null });
  bar.start(total, 0, { submitted: 0 });
  return { update: (done: number, submitted: number) => bar.update(done, { submitted }), end: () => bar.stop() };
}

function showLines(total: number) {
  let next = 0;
  let shown = -1;
  const show = (done: number) => {
    console.log(`${done.toLocaleString('en-US')} of ${count(total, 'document')} done`);
    shown = done;
    next = Date.now() + LINE_EVERY_MS;
  };
  let last = 0;
  return {
    update: (done: number) => {
      last = done;
      if (Date.now() >= next && done !== shown) show(done);
    },
    end: () => {
      if (last !== shown) show(last);
    },
  };
}
