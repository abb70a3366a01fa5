import { UserError } from '../../harness/userError';

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs the main function of a program. What it puts on the stack is disposed on every way out: its end, an error,
 * Ctrl-C. Errors that the user can put right are shown as one sentence.
 * @param main gives the exit code; a program that stays until Ctrl-C puts it into `process.exitCode` before. Its signal
 * is aborted at Ctrl-C, for what would otherwise take the end of a server for a result.
 */
export function program(main: (stack: AsyncDisposableStack, signal: AbortSignal) => Promise<number>): void {
  const stack = new AsyncDisposableStack();
  const abort = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    let times = 0;
    for (const signal of SIGNALS) process.on(signal, () => (++times > 1 ? process.exit(130) : (abort.abort(), resolve())));
  });
  const end = async (code: number) => {
    await stack.disposeAsync();
    process.exit(code);
  };
  const fail = async (error: unknown) => {
    console.error(error instanceof UserError ? error.message : error);
    await end(1);
  };
  process.once('uncaughtException', (error) => void fail(error));
  Promise.race([main(stack, abort.signal), interrupted.then(() => Number(process.exitCode ?? 130))])
    .then(end, fail)
    .catch((error) => {
      console.error(error);
      process.exit(1);
    });
}
