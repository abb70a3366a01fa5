/**
 * Runs a command that must not outlive the program that wants it: node leash.mjs <command> [argument ...]
 * The other end of stdin is held by that program. When it closes, for whatever reason (even SIGKILL), the whole
 * process group ends. Signals to the group are the command's business; the leash only waits for its end.
 */
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers';

const GRACE_MS = 5000;
const [command, ...args] = process.argv.slice(2);

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once('exit', (code, signal) => process.exit(code ?? (signal ? 143 : 1)));

process.stdin.resume();
process.stdin.once('close', () => {
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), GRACE_MS);
});
