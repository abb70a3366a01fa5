import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandOptions, isRunning, startOnLeash, stopGroup } from '../processes';

const READY_WITHIN_MS = 30_000;

/** A server in a folder of its own. Both are gone when it is disposed, and it ends with this program however that ends. */
export class Service implements AsyncDisposable {
  private process?: ChildProcess;
  private readonly removeFolder = () => rmSync(this.folder, { recursive: true, force: true });

  private constructor(
    private readonly name: string,
    readonly folder: string,
  ) {
    process.once('exit', this.removeFolder);
  }

  /** Makes the folder; nothing is started yet. */
  static async create(name: string): Promise<Service> {
    return new Service(name, await mkdtemp(join(tmpdir(), `n8n-nodes-extend-${name}-`)));
  }

  /** Starts the server; resolves when `isReady` says so. */
  async start(command: string, args: string[], isReady: () => Promise<boolean>, options: CommandOptions = {}): Promise<void> {
    this.process = startOnLeash(command, args, { cwd: this.folder, ...options, logFile: this.logFile });
    const deadline = Date.now() + READY_WITHIN_MS;
    while (isRunning(this.process) && Date.now() < deadline) {
      if (await isReady()) return;
      await sleep(100);
    }
    throw new Error(`${this.name} did not start:\n${existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : ''}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process) await stopGroup(this.process);
    process.off('exit', this.removeFolder);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private get logFile(): string {
    return join(this.folder, `${this.name}.log`);
  }
}
