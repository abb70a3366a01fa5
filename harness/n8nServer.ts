import { hash } from 'bcryptjs';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nClient } from './n8nClient';
import type { N8nRuntime } from './n8nRuntime';
import { freePorts, isFree } from './ports';
import { isRunning, run, startOnLeash, stopGroup } from './processes';
import { UserError } from './userError';

export const OWNER = { email: 'owner@example.com', password: 'Extend-in-n8n-1' };

const READY_WITHIN_MS = 180_000;

/** What n8n may know of this machine's environment; everything else would make a test depend on it. */
const INHERITED = /^(PATH|HOME|TMPDIR|LANG|LC_.*|TZ|(https?|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR))$/i;

/** Nothing that leaves this machine, and nothing that asks the user. */
const QUIET = {
  N8N_DIAGNOSTICS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
  N8N_DYNAMIC_BANNERS_ENABLED: 'false',
  N8N_TEMPLATES_ENABLED: 'false',
  N8N_HIRING_BANNER_ENABLED: 'false',
  N8N_PERSONALIZATION_ENABLED: 'false',
  N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
};

/** Modules that would do so as well, where a version of n8n has them; it does not start with one that it does not know. */
const LOUD_MODULES = ['mcp-registry', 'instance-ai', 'agents'];

export interface N8nServerOptions {
  runtime: N8nRuntime;
  /** What it does in queue mode: `start` is the main process. Without queue mode that one does everything. */
  command?: 'start' | 'worker' | 'webhook';
  /** The packed package to install into the server. */
  tarball: string;
  /** Taken instead of a free one. */
  port?: number;
  /** More of n8n's settings; they win. */
  env?: Record<string, string>;
  /** The editor takes some seconds to prepare, and tests do without. */
  editor?: boolean;
}

/**
 * An n8n server of its own: folder, embedded database, owner, ports. Everything is gone when it is disposed, and its
 * processes end with this program however that ends.
 */
export class N8nServer implements AsyncDisposable {
  readonly client: N8nClient;
  readonly url: string;
  private process?: ChildProcess;
  private readonly removeFolder = () => rmSync(this.folder, { recursive: true, force: true });

  private constructor(
    private readonly options: N8nServerOptions,
    /** All that belongs to this server. */
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.url = `http://127.0.0.1:${env.N8N_PORT}`;
    this.client = new N8nClient(this.url);
    process.once('exit', this.removeFolder);
  }

  /** Makes a server that is not started yet, with an empty database. */
  static async create(options: N8nServerOptions): Promise<N8nServer> {
    if (options.port !== undefined && !(await isFree(options.port))) {
      throw new UserError(`Port ${options.port} is in use by another program: end that program, or choose another port.`);
    }
    const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-extend-'));
    return new N8nServer(options, folder, await environment(options, folder));
  }

  /**
   * Starts the server; resolves when it is ready and the owner is logged in to a main process. After `stop` it comes back with the same
   * data and at the same port.
   */
  async start(): Promise<void> {
    if (!existsSync(this.packages)) await this.installPackage();
    const { runtime, command = 'start' } = this.options;
    this.process = startOnLeash(process.execPath, [runtime.bin, command], {
      cwd: this.folder,
      env: this.env,
      logFile: this.logFile,
    });
    await this.untilReady(this.process);
    if (command === 'start') await this.client.login(OWNER.email, OWNER.password);
  }

  /**
   * Ends all processes of the server and keeps its data.
   * @param graceMs how long it may take to finish its work; 0 ends it as a crash or a power failure does
   */
  async stop(graceMs = 10_000): Promise<void> {
    if (this.process) await stopGroup(this.process, graceMs);
    this.process = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Resolves when the server ends by itself. */
  get ended(): Promise<void> {
    return new Promise((resolve) => this.process?.once('exit', () => resolve()));
  }

  /** All that the server has written so far. */
  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  /**
   * Runs a command of n8n's own command line on the data of this server.
   * @returns what it printed
   */
  async cli(...args: string[]): Promise<string> {
    const [broker] = await freePorts(1);
    const env = { ...this.env, N8N_RUNNERS_BROKER_PORT: String(broker) };
    const { ok, output } = await run(process.execPath, [this.options.runtime.bin, ...args], { cwd: this.folder, env });
    if (!ok) throw new Error(`n8n ${args[0]} failed:\n${output}`);
    return output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(3000);
    process.off('exit', this.removeFolder);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private get packages(): string {
    return join(this.folder, '.n8n/nodes');
  }

  private get logFile(): string {
    return join(this.folder, 'n8n.log');
  }

  /** Installs the tarball as n8n would; the registry is not asked. */
  private async installPackage(): Promise<void> {
    await mkdir(this.packages, { recursive: true });
    const flags = ['--offline', '--omit=dev', '--omit=peer', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { ok, output } = await run('npm', ['install', ...flags, this.options.tarball], { cwd: this.packages, env: this.env });
    if (!ok) throw new Error(`The package cannot be installed into n8n:\n${output}`);
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (isRunning(child) && Date.now() < deadline) {
      const ready = await fetch(`${this.url}/healthz/readiness`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await sleep(150);
    }
    const what = isRunning(child) ? `is not ready after ${READY_WITHIN_MS / 1000} s` : 'ended while it started';
    throw new Error(`n8n ${what}. Its last words:\n${this.log().split('\n').slice(-25).join('\n')}`);
  }
}

async function environment({ runtime, port, env, editor = false }: N8nServerOptions, folder: string): Promise<NodeJS.ProcessEnv> {
  const [main, broker] = await freePorts(2);
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    // A proxy must not come between n8n and the servers of this machine.
    NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(','),
    NODE_ENV: 'production',
    N8N_USER_FOLDER: folder,
    N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PORT: String(port ?? main),
    // Where a worker, which serves nothing else, says that it is ready.
    QUEUE_HEALTH_CHECK_PORT: String(port ?? main),
    N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(broker),
    N8N_SECURE_COOKIE: 'false',
    N8N_DISABLE_UI: String(!editor),
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
    N8N_INSTANCE_OWNER_EMAIL: OWNER.email,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: await hash(OWNER.password, 10),
    N8N_INSTANCE_OWNER_FIRST_NAME: 'Demo',
    N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
    ...QUIET,
    N8N_DISABLED_MODULES: LOUD_MODULES.filter((name) => existsSync(join(runtime.folder, 'node_modules/n8n/dist/modules', name))).join(','),
    ...env,
  };
}
