import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './support/processes';
import { withProgress } from './support/progress';
import { UserError, npmError } from './support/userError';

/** The n8n that the demo and the end-to-end tests run on, unless N8N_VERSION demands another. 2.41.3 needs a package that was never published. */
export const N8N_VERSION = '2.41.1';

/**
 * Only these need their install scripts; all others run without, which also spares builds that n8n does not need. Not
 * every version of n8n has them all.
 */
const NATIVE_PACKAGES = ['sqlite3', 'isolated-vm'];

const NPM_FLAGS = [
  ...['--no-fund', '--no-audit', '--loglevel=error', '--prefer-offline'],
  ...['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'],
];

/** An n8n server that is installed on this machine. */
export interface N8nRuntime {
  version: string;
  folder: string;
  /** The program to run with Node.js. */
  bin: string;
}

/** Where things live that are too big for the tree and too slow to make twice. */
export const cacheFolder = (): string =>
  process.env.N8N_NODES_EXTEND_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-extend');

/** Gives the n8n server of a version; installs it first (some minutes) when this machine has none. */
export async function ensureN8n(version = process.env.N8N_VERSION || N8N_VERSION): Promise<N8nRuntime> {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new UserError(`N8N_VERSION must be like ${N8N_VERSION}, not "${version}".`);
  const folder = join(cacheFolder(), `n8n-${version}`);
  const runtime = { version, folder, bin: join(folder, 'node_modules/n8n/bin/n8n') };
  if (isComplete(folder)) return runtime;
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!isComplete(folder)) await install(version, folder);
  } finally {
    await unlock();
  }
  return runtime;
}

/** The marker is written last, so that an installation that was cut off never looks whole. */
const isComplete = (folder: string): boolean => existsSync(join(folder, '.complete'));

async function install(version: string, folder: string): Promise<void> {
  await removeLeftovers(folder);
  const draft = `${folder}.installing-${process.pid}`;
  await mkdir(draft);
  try {
    await writeFile(join(draft, 'package.json'), JSON.stringify(manifest(version), null, 2));
    const packages = () => `${packageCount(draft)} packages`;
    const steps = async () => {
      await npm(draft, ['install', '--ignore-scripts']);
      const native = NATIVE_PACKAGES.filter((name) => existsSync(join(draft, 'node_modules', name)));
      await npm(draft, ['rebuild', ...native, '--ignore-scripts=false']);
      await checkThatTheyLoad(native, draft);
    };
    await withProgress(`Installing n8n ${version}, once and for all, in ${folder}`, steps(), packages);
    await writeFile(join(draft, '.complete'), version);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

const manifest = (version: string) => ({
  name: 'n8n-runtime',
  private: true,
  dependencies: { n8n: version },
  overrides: {
    // A client of a message queue whose native build fails on most machines, and that nothing here uses.
    '@confluentinc/kafka-javascript': 'npm:empty-npm-package@1.0.0',
    // Older versions of n8n take it from a server other than npm's; newer ones take this copy.
    xlsx: 'npm:@e965/xlsx@0.20.3',
  },
  allowScripts: Object.fromEntries(NATIVE_PACKAGES.map((name) => [name, true])),
});

/** Runs npm on the Node.js of this program, which native packages must fit. */
async function npm(cwd: string, args: string[]): Promise<void> {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const { ok, output } = await run('npm', [...args, ...NPM_FLAGS], { cwd, env: { ...process.env, PATH: path } });
  if (!ok) throw npmError('The installation of n8n', output);
}

async function checkThatTheyLoad(packages: string[], folder: string): Promise<void> {
  const script = packages.map((name) => `require('${name}')`).join(';');
  const { ok, output } = await run(process.execPath, ['-e', script], { cwd: folder });
  if (!ok) throw new UserError(`n8n is installed but does not run on this machine:\n${output.trim()}`);
}

/** npm makes all folders at once and fills them one by one. */
function packageCount(folder: string): number {
  const modules = join(folder, 'node_modules');
  return existsSync(modules) ? readdirSync(modules).filter((name) => existsSync(join(modules, name, 'package.json'))).length : 0;
}

/** What killed installations left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.installing-`;
  for (const name of readdirSync(dirname(folder)).filter((entry) => entry.startsWith(prefix))) {
    if (!isAlive(Number(name.slice(prefix.length)))) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/**
 * Lets one process install at a time. Only a convenience: two that slip through install twice, and the last one wins.
 * @returns the function that opens the lock again
 */
async function lock(file: string): Promise<() => Promise<void>> {
  for (let told = false; ; told = true) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => unlink(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => process.pid));
    if (!isAlive(holder)) await rm(file, { force: true });
    else if (!told) console.log('Another process is installing n8n; waiting for it ...');
    await sleep(500);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
