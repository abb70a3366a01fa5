/** The documents speak of what is there: files, commands, and the words of the panels and errors. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { ExtendApi } from '../../credentials/ExtendApi.credentials';
import { properties, resources } from '../../nodes/Extend/actions';
import { triggerFields } from '../../nodes/ExtendTrigger/fields';

const ROOT = join(__dirname, '../..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/queue-mode.md', 'docs/decisions/event-record.md', 'bench/README.md'];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const withoutCode = (text: string): string => text.replace(/```[^]*?```/g, '').replace(/``.*?``|`[^`\n]*`/g, '');
const allOf = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found.trim());

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('links only to files and headings that are there', () => {
    const links = allOf(withoutCode(text), /(?:\]\(|src(?:set)?=")([^)"]+)[)"]/g).filter((link) => !/^https?:/.test(link));
    const headings = (file: string) => allOf(readFileSync(file, 'utf8'), /^#+ (.*)$/gm).map((heading) => `#${heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')}`);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), path);
      return !existsSync(file) || (anchor !== undefined && !headings(file).includes(`#${anchor}`));
    });
    expect(broken).toEqual([]);
  });

  it('names only commands that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = [...allOf(text, /\bnpm run ([\w:]+)/g), ...allOf(text, /\bnpm (test|start)\b/g)];
    expect(commands.filter((command) => !(command in scripts))).toEqual([]);
    expect(allOf(text, /\btsx (\S+\.ts)/g).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

it('CI runs every command of the documents, but for those that serve or measure until somebody ends or reads them', () => {
  const ci = read('.ci/run');
  const commands = new Set(DOCUMENTS.flatMap((document) => [...allOf(read(document), /\bnpm run ([\w:]+)/g), ...allOf(read(document), /\btsx (\S+)\.ts/g)]));
  // `schemas` and `readme` write what tests compare; the sandbox and `start` are what demo and tests run.
  const others = ['bench', 'readme', 'sandbox', 'schemas', 'screenshots', 'start'];
  expect([...commands].filter((command) => !ci.includes(command) && !others.includes(command))).toEqual([]);
});

interface Labelled {
  name?: string;
  displayName?: string;
  options?: Labelled[];
  values?: Labelled[];
}

/** Every label that a user meets: fields, choices, collections. */
const labelsOf = (fields: Labelled[]): string[] =>
  fields.flatMap(({ name = '', displayName = name, options = [], values = [] }) => [displayName, ...labelsOf(options), ...labelsOf(values)]);

const plain = (label: string): string => label.replace(/ \((Sec|Hours|Minutes|JSON)\)$/, '');
const OURS = [
  ...labelsOf([...properties, ...triggerFields, ...new ExtendApi().properties] as Labelled[]),
  ...resources.flatMap(({ name, operations }) => [name, ...operations.map((operation) => operation.name)]),
].map(plain);

/** Words of n8n's own editor and of its nodes. */
const OF_N8N = ['On Error', 'Continue', 'Continue (using error output)', 'Stop Workflow', 'Retry On Fail', 'Import from File', 'Settings'];
/** Names of outputs, and of a placeholder that stands for `Set` a field. */
const OUTPUTS = ['Done', 'Still Running', 'Set'];

it('the README calls every field, choice and operation by its label', () => {
  const words = allOf(withoutCode(read('README.md')), /(?<![*\w])\*([^*\n]+)\*(?![*\w])/g).flatMap((label) => label.split(/: |, /));
  expect(words.length).toBeGreaterThan(40);
  const known = new Set([...OURS, ...OF_N8N, ...OUTPUTS]);
  expect(words.filter((word) => !known.has(plain(word)))).toEqual([]);
});

it('the README tells of every option of Batch Run', () => {
  const readme = read('README.md');
  const batchRun = resources.flatMap(({ operations }) => operations).find(({ value }) => value === 'batchRun');
  const options = batchRun?.fields.find(({ name }) => name === 'options')?.options as INodeProperties[];
  expect(options.map(({ displayName }) => plain(displayName)).filter((label) => !readme.includes(label))).toEqual([]);
});

it('the README helps with errors in the words in which they are shown', () => {
  const sources = ['nodes', 'transport', 'extend', 'credentials'].flatMap((part) =>
    readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join(part, path))),
  );
  // A text with a part that differs, such as `Extend created the ${thing}`, stands for any text of its form.
  const texts = sources.flatMap((source) => allOf(source, /(?:'([^'\n]+)'|`[^`]+`)/g).concat(allOf(source, /`([^`]+)`/g)));
  const forms = texts.map((text) => new RegExp(`^${text.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}`));
  const section = read('README.md').split('## Troubleshooting')[1]?.split('\n## ')[0] ?? '';
  const shown = allOf(section, /^\| ([^|]+) \|/gm).slice(1);
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter((text) => !forms.some((form) => form.source.length > 12 && form.test(text)))).toEqual([]);
});

describe('CONTRIBUTING.md', () => {
  const text = read('CONTRIBUTING.md');

  it('shows the sample operation as it is checked', () => {
    const sample = read('docs/samples/nodes/Extend/actions/file/getText.operation.ts');
    const [, shown = ''] = /^ {3}```ts\n([^]*?)^ {3}```/m.exec(text) ?? [];
    expect(shown.replace(/^ {3}/gm, '')).toBe(sample);
  });

  it('names only folders and files that are there, but for those that its steps add', () => {
    const paths = allOf(text, /`((?:extend|transport|nodes|harness|sandbox|scripts|test|docs)\/[\w./-]*)`/g);
    const added = ['nodes/Extend/actions/file/getText.operation.ts'];
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)) && !added.includes(path))).toEqual([]);
  });
});
