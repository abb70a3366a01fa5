import { Limiter } from '../limiter';
import type { Settings } from '../options';
import type { Reading } from '../state';
import { opaqueContent, pdfContent, textContent } from './content';
import { whyUnreadable } from './pdf';
import { isText, typeOf } from './types';

const AT_ONCE = 10;
const TIMEOUT_MS = 10_000;

/** Only this machine may ever be asked for documents. */
const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** The readable words of an address. */
export function wordsOf(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** Fetches documents the way Extend does: each address once, a few at a time. */
export class Downloads {
  private readonly limiter = new Limiter(() => AT_ONCE);
  private readonly readings = new Map<string, Promise<Reading>>();

  /** What is to be read at an address; elsewhere than on this machine nothing is contacted. */
  read(settings: Settings, address: string, password: boolean): Reading | Promise<Reading> {
    const url = new URL(address);
    if (!isLoopback(url)) {
      if (settings.nonLoopbackUrls === 'fail') return { failure: `The file could not be downloaded from ${address}` };
      return opaqueContent(wordsOf(address), async () => Buffer.from(address));
    }
    const reading = this.readings.get(address) ?? this.limiter.run(async () => await fetchDocument(url, password));
    this.readings.set(address, reading);
    return reading;
  }
}

async function fetchDocument(url: URL, password: boolean): Promise<Reading> {
  const failure = `The file could not be downloaded from ${url.href}`;
  try {
    // A redirect could lead away from this machine.
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return { failure: `${failure} (${response.status})` };
    const bytes = Buffer.from(await response.arrayBuffer());
    return await understand(bytes, url, password);
  } catch {
    return { failure };
  }
}

async function understand(bytes: Buffer, url: URL, password: boolean): Promise<Reading> {
  const type = typeOf(url.pathname);
  const words = wordsOf(url.href);
  if (type !== 'PDF') return isText(type) ? textContent(bytes.toString(), words) : opaqueContent(words, async () => bytes);
  const unreadable = whyUnreadable(bytes, password);
  return unreadable ? { failure: unreadable } : await pdfContent(words, async () => bytes);
}
