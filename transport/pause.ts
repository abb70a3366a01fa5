import { OperationalError, sleep } from 'n8n-workflow';

/** The user stopped the execution; nothing more must be sent. */
export class StoppedError extends OperationalError {
  constructor() {
    // n8n tells a stopped execution from a failed one by this word.
    super('The execution was canceled');
  }
}

/**
 * Waits, but no longer than the execution lives.
 * @throws StoppedError as soon as the user stops the execution
 */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) throw new StoppedError();
  if (ms <= 0) return;
  if (!signal) return await sleep(ms);
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new StoppedError());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([sleep(ms), stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
