import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './processes';
import { withProgress } from './progress';
import { UserError, npmError } from './userError';

const NPM_FLAGS = [
  ...['--no-fund', '--no-audit', '--loglevel=error', '--prefer-offline'],
  ...['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'],
];

/** A program from npm that is installed in a folder of its own, outside of the tree. */
export interface CachedProgram {
  /** Of the npm package. */
  name: string;
  version: string;
  /** Packages to take instead of others. */
  overrides?: Record<string, string>;
  /**
   * Only these need their install scripts; all others run without, which also spares builds that nothing needs. Not
   * every version of the program has them all.
   */
  nativePackages?: string[];
}

/** Where things live that are too big for the tree and too slow to make twice. */
export const cacheFolder = (): string =>
  process.env.N8N_NODES_EXTEND_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'n8n-nodes-extend');

/**
 * Installs a program unless this machine has it.
 * @returns the folder whose `node_modules` has it
 */
export async function ensureCached(program: CachedProgram): Promise<string> {
  const folder = join(cacheFolder(), `${basename(program.name)}-${program.version}`);
  if (isComplete(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`, program.name);
  try {
    if (!isComplete(folder)) await install(program, folder);
  } finally {
    await unlock();
  }
  return folder;
}

/** The marker is written last, so that an installation that was cut off never looks whole. */
const isComplete = (folder: string): boolean => existsSync(join(folder, '.complete'));

async function install(program: CachedProgram, folder: string): Promise<void> {
  const { name, version, nativePackages = [] } = program;
  await removeLeftovers(folder);
  const draft = `${folder}.installing-${process.pid}`;
  await mkdir(draft);
  try {
    await writeFile(join(draft, 'package.json'), JSON.stringify(manifest(program), null, 2));
    const packages = () => `${packageCount(draft)} packages`;
    const steps = async () => {
      await npm(name, draft, ['install', '--ignore-scripts']);
      const native = nativePackages.filter((one) => existsSync(join(draft, 'node_modules', one)));
      if (native.length > 0) await npm(name, draft, ['rebuild', ...native, '--ignore-scripts=false']);
      await checkThatTheyLoad(name, native, draft);
    };
    await withProgress(`Installing ${name} ${version}, once and for all, in ${folder}`, steps(), packages);
    await writeFile(join(draft, '.complete'), version);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

const manifest = ({ name, version, overrides, nativePackages = [] }: CachedProgram) => ({
  name: `${basename(name)}-runtime`,
  private: true,
  dependencies: { [name]: version },
  overrides,
  allowScripts: Object.fromEntries(nativePackages.map((one) => [one, true])),
});

/** Runs npm on the Node.js of this program, which native packages must fit. */
async function npm(program: string, cwd: string, args: string[]): Promise<void> {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const { ok, output } = await run('npm', [...args, ...NPM_FLAGS], { cwd, env: { ...process.env, PATH: path } });
  if (!ok) throw npmError(`The installation of ${program}`, output);
}

async function checkThatTheyLoad(program: string, packages: string[], folder: string): Promise<void> {
  const script = packages.map((name) => `require('${name}')`).join(';');
  const { ok, output } = await run(process.execPath, ['-e', script], { cwd: folder });
  if (!ok) throw new UserError(`${program} is installed but does not run on this machine:\n${output.trim()}`);
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
async function lock(file: string, program: string): Promise<() => Promise<void>> {
  for (let told = false; ; told = true) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => unlink(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => process.pid));
    if (!isAlive(holder)) await rm(file, { force: true });
    else if (!told) console.log(`Another process is installing ${program}; waiting for it ...`);
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
