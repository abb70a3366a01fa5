/** The sandbox in a process of its own, so that its work does not count as that of what is measured. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { SandboxOptions } from '../sandbox';

export interface BenchServer {
  url: string;
  token: string;
  workflowId: string;
  reset(): Promise<void>;
  ledger(): Promise<{ rateLimited: number; runs: unknown[]; files: unknown[] }>;
  close(): void;
}

export async function startServer(options: SandboxOptions = {}): Promise<BenchServer> {
  const child = fork(join(__dirname, 'serverProcess.ts'), [JSON.stringify(options)], { execArgv: ['--import', 'tsx'] });
  const { url, token, workflowId } = await new Promise<{ url: string; token: string; workflowId: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as never));
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
  });
  return {
    url,
    token,
    workflowId,
    reset: async () => void (await fetch(`${url}/_sandbox/reset`, { method: 'POST' })),
    ledger: async () => (await (await fetch(`${url}/_sandbox/ledger`)).json()) as never,
    // It ends by itself then, and removes its files.
    close: () => child.disconnect(),
  };
}
