import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

type Pages = string[] | undefined;

const known = new Map<string, Promise<Pages>>();
const waiting = new Map<number, (pages: Pages) => void>();
let thread: Worker | undefined;
let asked = 0;

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The text of each page of a PDF; undefined when it cannot be read. Each content is read once, whatever the number of its files. */
export function textsIn(source: () => Promise<Buffer>, sha256: string): Promise<Pages> {
  const texts = known.get(sha256) ?? source().then(read, () => forget(sha256));
  known.set(sha256, texts);
  return texts;
}

/** A file that was deleted before it was read; the same content may come again. */
function forget(sha256: string): undefined {
  known.delete(sha256);
}

/** Spares the reading of a PDF whose texts are known. */
export const remember = (bytes: Buffer, texts: string[]): void => void known.set(hashOf(bytes), Promise.resolve(texts));

/** On another thread, so that the server goes on answering; and because the library is an ES module, which Jest cannot load. */
async function read(bytes: Buffer): Promise<Pages> {
  // Without this word there is no table of contents, so the reader need not even be started.
  if (!bytes.includes('startxref')) return undefined;
  const reader = (thread ??= start());
  const id = asked++;
  const pages = new Promise<Pages>((resolve) => waiting.set(id, resolve));
  reader.postMessage({ id, bytes: new Uint8Array(bytes) });
  return await pages;
}

function start(): Worker {
  const worker = new Worker(join(__dirname, 'pdfReader.mjs'), { execArgv: [] });
  worker.on('message', ({ id, pages }: { id: number; pages?: string[] }) => answer(id, pages));
  worker.on('error', () => {
    thread = undefined;
    for (const id of [...waiting.keys()]) answer(id, undefined);
  });
  // The thread alone keeps no program running. Last, because a listener for messages keeps one running again.
  worker.unref();
  return worker;
}

function answer(id: number, pages: Pages): void {
  waiting.get(id)?.(pages);
  waiting.delete(id);
}
