import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { run } from './support/processes';
import { UserError } from './support/userError';

const ROOT = join(__dirname, '..');
/** Everything that the tarball is made of, and how. */
const SOURCES = ['credentials', 'nodes', 'extend', 'transport', 'icons', 'README.md', 'LICENSE.md', 'package.json', 'package-lock.json', 'tsconfig.json', 'gulpfile.js'];
const CACHE = join(ROOT, 'node_modules/.cache/n8n-nodes-extend');
const PUBLISHED = /^(package\.json|README\.md|LICENSE\.md|dist\/(credentials|nodes|extend|transport|icons)\/.+\.(js|json|svg))$/;

/** The package as npm would publish it. */
export interface Tarball {
  file: string;
  /** Paths inside, without the leading folder. */
  files: string[];
  bytes: number;
  manifest: Manifest;
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  bundleDependencies?: unknown;
  overrides?: unknown;
  scripts?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  n8n: { credentials: string[]; nodes: string[] };
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
  const manifest = JSON.parse(await command('Reading the tarball', 'tar', ['-xzOf', file, 'package/package.json'])) as Manifest;
  return { file, files, bytes: readFileSync(file).length, manifest };
}

/** What is wrong with a tarball, one sentence each; each rule counts as a check of its own. */
export function checkTarball({ files, manifest }: Tarball): Array<{ rule: string; problems: string[] }> {
  const declared = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
  const lifecycle = /^(pre|post)?(install|pack|publish|publishOnly|prepare)$|^prepare$|^prepack$|^postpack$/;
  return [
    { rule: 'holds only what n8n runs', problems: files.filter((path) => !PUBLISHED.test(path)) },
    { rule: 'has README and licence', problems: ['README.md', 'LICENSE.md'].filter((path) => !files.includes(path)) },
    { rule: 'holds every declared node and credential', problems: declared.filter((path) => !files.includes(path)) },
    {
      rule: 'has an icon and a codex file beside each node',
      problems: manifest.n8n.nodes.map((path) => path.replace(/\.js$/, '.json')).filter((path) => !files.includes(path)),
    },
    {
      rule: 'has schemas of output items beside each node',
      problems: manifest.n8n.nodes.filter((path) => !files.some((file) => file.startsWith(`${dirname(path)}/__schema__/`))),
    },
    {
      rule: 'depends on nothing',
      problems: [
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.optionalDependencies ?? {}),
        ...(manifest.bundleDependencies ? ['bundleDependencies'] : []),
        ...(manifest.overrides ? ['overrides'] : []),
        ...Object.keys(manifest.peerDependencies ?? {}).filter((name) => name !== 'n8n-workflow'),
      ],
    },
    { rule: 'runs no script when installed', problems: Object.keys(manifest.scripts ?? {}).filter((name) => lifecycle.test(name)) },
  ];
}
