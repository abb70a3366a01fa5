/** The sandbox in a process of its own, so that its work does not count as that of what is measured. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Ledger, SandboxOptions } from '../sandbox';

export interface BenchServer extends Disposable {
  url: string;
  token: string;
  workflowId: string;
  reset(): Promise<void>;
  /** One book of the server's ledger. */
  book<K extends keyof Ledger>(name: K): Promise<Ledger[K]>;
}

type Address = Pick<BenchServer, 'url' | 'token' | 'workflowId'>;

export async function startServer(options: SandboxOptions = {}): Promise<BenchServer> {
  const child = fork(join(__dirname, 'serverProcess.ts'), [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
  const address = await new Promise<Address>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Address));
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
  });
  const control = async (method: string, path: string) => await (await fetch(`${address.url}/_sandbox/${path}`, { method })).json();
  return {
    ...address,
    reset: async () => void (await control('POST', 'reset')),
    book: async (name) => ((await control('GET', `ledger?only=${name}`)) as Ledger)[name],
    // It ends by itself then, and removes what it keeps on disk.
    [Symbol.dispose]: () => child.disconnect(),
  };
}
