import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { run } from './processes';
import { UserError } from './userError';

const ROOT = join(__dirname, '..');
/** Everything that the tarball is made of, and how. */
const SOURCES = ['credentials', 'nodes', 'extend', 'transport', 'icons', 'README.md', 'LICENSE.md', 'package.json', 'package-lock.json', 'tsconfig.json', 'gulpfile.js'];
const CACHE = join(ROOT, 'node_modules/.cache/n8n-nodes-extend');

/** The package as npm would publish it. */
export interface Tarball {
  file: string;
  /** Paths inside, without the leading folder. */
  files: string[];
  bytes: number;
  manifest: Manifest;
  /** Texts of the declared nodes and credentials and of the README, by path. */
  texts: Record<string, string>;
}

export interface Manifest {
  name: string;
  version: string;
  description?: string;
  keywords?: string[];
  license?: string;
  homepage?: string;
  author?: { name?: string; email?: string };
  repository?: { type?: string; url?: string };
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  bundleDependencies?: unknown;
  overrides?: unknown;
  scripts?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  n8n: { n8nNodesApiVersion?: number; strict?: boolean; credentials: string[]; nodes: string[] };
}

/** Builds and packs the package; takes the last tarball when no source has changed since. */
export async function pack(): Promise<Tarball> {
  const file = join(CACHE, `package-${hashOfSources()}.tgz`);
  if (!existsSync(file)) {
    const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-extend-pack-'));
    try {
      await command('The build', 'npm', ['run', '--silent', 'build']);
      await command('npm pack', 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
      const [made = ''] = readdirSync(folder);
      await mkdir(CACHE, { recursive: true });
      for (const old of readdirSync(CACHE)) await rm(join(CACHE, old), { force: true });
      await rename(join(folder, made), file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return inspect(file);
}

async function command(what: string, name: string, args: string[]): Promise<string> {
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const { ok, output, stdout } = await run(name, args, { cwd: ROOT, env: { ...process.env, PATH: path } });
  if (!ok) throw new UserError(`${what} failed:\n${output.trim()}`);
  return stdout;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    const full = join(ROOT, path);
    if (!existsSync(full)) return;
    hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  };
  for (const source of SOURCES) {
    const full = join(ROOT, source);
    const isFolder = !source.includes('.');
    const names = isFolder ? readdirSync(full, { recursive: true, withFileTypes: true }) : [];
    const paths = names.filter((entry) => entry.isFile()).map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
    (isFolder ? paths.sort() : [source]).forEach(add);
  }
  return hash.digest('hex').slice(0, 16);
}

async function inspect(file: string): Promise<Tarball> {
  const listed = await command('Reading the tarball', 'tar', ['-tzf', file]);
  const files = listed.split('\n').filter(Boolean).map((path) => path.replace(/^package\//, ''));
  const read = async (path: string) => await command('Reading the tarball', 'tar', ['-xzOf', file, `package/${path}`]);
  const manifest = JSON.parse(await read('package.json')) as Manifest;
  const paths = [...manifest.n8n.nodes, ...manifest.n8n.credentials, 'README.md'].filter((path) => files.includes(path));
  const texts: Record<string, string> = {};
  for (const path of paths) texts[path] = await read(path);
  return { file, files, bytes: readFileSync(file).length, manifest, texts };
}
