import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LEASH = join(__dirname, 'leash.mjs');

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Where its output goes; without, it can be read from `stdout` and `stderr`. */
  logFile?: string;
}

/**
 * Starts a command in a process group of its own that ends with this program, however that ends.
 * It gets no terminal signals: whoever starts it also stops it.
 */
export function startOnLeash(command: string, args: string[], { cwd, env, logFile }: CommandOptions): ChildProcess {
  const log = logFile === undefined ? undefined : openSync(logFile, 'a');
  const child = spawn(process.execPath, [LEASH, command, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', log ?? 'pipe', log ?? 'pipe'],
  });
  if (log !== undefined) closeSync(log);
  return child;
}

export const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

/** Ends a process group: politely first, by force after some time. Resolves when its leader is gone. */
export async function stopGroup(child: ChildProcess, graceMs = 10_000): Promise<void> {
  if (!isRunning(child)) return killGroup(child, 'SIGKILL');
  const gone = once(child, 'exit');
  killGroup(child, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const done = await Promise.race([gone.then(() => true), sleep(graceMs, false, { ref: false })]);
  killGroup(child, 'SIGKILL');
  if (!done) await gone;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export interface Finished {
  ok: boolean;
  stdout: string;
  /** Both streams, as they came. */
  output: string;
}

/** Runs a command to its end. */
export async function run(command: string, args: string[], options: CommandOptions = {}): Promise<Finished> {
  const child = startOnLeash(command, args, options);
  let stdout = '';
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { ok: code === 0, stdout, output };
}
