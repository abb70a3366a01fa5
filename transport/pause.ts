import { OperationalError, sleep } from 'n8n-workflow';

/** The user stopped the execution; nothing more must be sent. */
export class StoppedError extends OperationalError {
  constructor() {
    // n8n tells a stopped execution from a failed one by this word.
    super('The execution was canceled');
  }
}

/**
 * Waits for something, but no longer than the execution lives.
 * @param leave called when the wait is given up
 * @throws StoppedError as soon as the user stops the execution
 */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal | undefined, leave = () => {}): Promise<T> {
  if (!signal) return await work;
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      leave();
      reject(new StoppedError());
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  if (signal.aborted) stop();
  try {
    return await Promise.race([stopped, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Pauses, but no longer than the execution lives.
 * @throws StoppedError as soon as the user stops the execution
 */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) throw new StoppedError();
  if (ms > 0) await unlessStopped(sleep(ms), signal);
}
