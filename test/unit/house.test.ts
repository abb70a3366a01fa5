/** Arrows point one way: nodes → transport → extend. What is published leans on nothing that is not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const N8N = /^n8n-workflow$/;
const NODE = /^node:crypto$/;

/** What each part may import, beside itself. */
const ALLOWED: Record<string, Array<string | RegExp>> = {
  extend: [NODE],
  transport: ['extend', N8N, NODE],
  nodes: ['transport', 'extend', N8N, NODE],
  credentials: ['transport', 'extend', N8N],
};

const sourcesOf = (part: string): string[] =>
  readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(ROOT, part, path));

/** The part that an import leads to, or the name of the package. */
const targetOf = (file: string, from: string): string => {
  if (!from.startsWith('.')) return from;
  const [part = ''] = relative(ROOT, join(file, '..', from)).split('/');
  return part;
};

const IMPORT = /^(?:import|export) (?:[^;']*? from )?'([^']+)'|\b(?:import|require)\('([^']+)'\)/gm;

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, named, called]) => named ?? called ?? '');

describe.each(Object.keys(ALLOWED))('%s', (part) => {
  it('imports only what it may', () => {
    const files = sourcesOf(part);
    const imports = files.flatMap((file) => importsOf(file).map((from) => ({ file: relative(ROOT, file), target: targetOf(file, from) })));
    const allowed = [part, ...(ALLOWED[part] ?? [])];
    expect(files.length).toBeGreaterThan(0);
    expect(imports.filter(({ target }) => !allowed.some((rule) => (typeof rule === 'string' ? rule === target : rule.test(target))))).toEqual([]);
  });

  it('imports no node and no credential type', () => {
    const imports = sourcesOf(part).flatMap((file) => importsOf(file));
    expect(imports.filter((from) => /\.(node|credentials)$/.test(from))).toEqual([]);
  });
});
