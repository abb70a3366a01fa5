import { changelogEntry, checkRelease } from '../../scripts/releaseRules';
import { checkTarball } from '../../scripts/tarballRules';

type Contents = Parameters<typeof checkTarball>[0];

const NODE = 'dist/nodes/A/A.node.js';
const CREDENTIAL = 'dist/credentials/B.credentials.js';

const good = (): Contents => ({
  files: ['package.json', 'README.md', 'LICENSE.md', NODE, 'dist/nodes/A/A.node.json', 'dist/nodes/A/__schema__/v1.0.0.json', CREDENTIAL, 'dist/extend/c.js', 'dist/icons/a.svg'],
  manifest: {
    name: 'n8n-nodes-a',
    version: '1.0.0',
    description: 'Reads and writes what A keeps',
    keywords: ['n8n-community-node-package'],
    license: 'MIT',
    homepage: 'https://github.com/a/n8n-nodes-a#readme',
    author: { name: 'A', email: 'a@example.com' },
    repository: { type: 'git', url: 'git+https://github.com/a/n8n-nodes-a.git' },
    scripts: { build: 'tsc' },
    peerDependencies: { 'n8n-workflow': '*' },
    n8n: { n8nNodesApiVersion: 1, strict: true, nodes: [NODE], credentials: [CREDENTIAL] },
  },
  texts: {
    [NODE]: "icon = 'file:../../icons/a.svg'",
    [CREDENTIAL]: "icon = 'file:../icons/a.svg'",
    'README.md': '# A\n\n## Install in n8n\n\n## Credential: A\n\n## Troubleshooting\n',
  },
});

const broken = (contents: Contents): string[] =>
  checkTarball(contents)
    .filter(({ problems }) => problems.length > 0)
    .map(({ rule }) => rule);

describe('the rules of a tarball', () => {
  it('let a good one pass', () => {
    expect(broken(good())).toEqual([]);
  });

  it.each<[string, (contents: Contents) => unknown, string]>([
    ['a source file', ({ files }) => files.push('nodes/A/A.node.ts'), 'holds only what n8n runs'],
    ['a map', ({ files }) => files.push('dist/nodes/A/A.node.js.map'), 'holds only what n8n runs'],
    ['no licence', ({ files }) => files.splice(files.indexOf('LICENSE.md'), 1), 'has README and licence'],
    ['a lost credential', ({ files }) => files.splice(files.indexOf(CREDENTIAL), 1), 'holds every declared node and credential'],
    ['a node that nobody declares', ({ files }) => files.push('dist/nodes/Z/Z.node.js'), 'declares every node and credential that it holds'],
    ['no codex file', ({ files }) => files.splice(files.indexOf('dist/nodes/A/A.node.json'), 1), 'has a codex file beside each node'],
    ['an icon that is not there', ({ texts }) => (texts[NODE] = "'file:../../icons/z.svg'"), 'has every icon that it shows'],
    ['a node without an icon', ({ texts }) => (texts[NODE] = ''), 'has every icon that it shows'],
    ['a dependency', ({ manifest }) => (manifest.dependencies = { axios: '1' }), 'depends on nothing'],
    ['another peer', ({ manifest }) => (manifest.peerDependencies = { 'n8n-workflow': '*', axios: '1' }), 'depends on nothing'],
    ['overrides', ({ manifest }) => (manifest.overrides = { axios: '1' }), 'depends on nothing'],
    ['a script on installation', ({ manifest }) => (manifest.scripts = { postinstall: 'true' }), 'runs no script when installed'],
    ['another kind of name', ({ manifest }) => (manifest.name = 'a-nodes'), 'is one that n8n takes for a community package'],
    ['no keyword', ({ manifest }) => (manifest.keywords = ['n8n']), 'is one that n8n takes for a community package'],
    ['another licence', ({ manifest }) => (manifest.license = 'ISC'), 'is one that n8n takes for a community package'],
    ['nobody to write to', ({ manifest }) => (manifest.author = { name: 'A' }), 'says who made it, and from which source'],
    ['no public source', ({ manifest }) => (manifest.repository = { url: 'git@example.com:a.git' }), 'says who made it, and from which source'],
    ["another project's homepage", ({ manifest }) => (manifest.homepage = 'https://github.com/z/z'), 'says who made it, and from which source'],
    ['an empty README', ({ texts }) => (texts['README.md'] = '# A\n'), 'has a README that tells how to install it, to sign in, and what to do when it fails'],
  ])('find %s', (_, spoil, rule) => {
    const contents = good();
    spoil(contents);
    expect(broken(contents)).toEqual([rule]);
  });
});

describe('the rules of a release', () => {
  const changelog = '# Changelog\n\n## 1.1.0 (2026-04-01)\n\nMore.\n\n- One\n\n## 1.0.0\n\n## 0.9.0\n\nFirst.\n';
  const brokenBy = (change: Partial<Parameters<typeof checkRelease>[0]>) =>
    checkRelease({ version: '1.1.0', lockedVersion: '1.1.0', changelog, ...change })
      .filter(({ problems }) => problems.length > 0)
      .map(({ rule }) => rule);

  it('let a good one pass, with its tag and before it has one', () => {
    expect([brokenBy({}), brokenBy({ tag: 'v1.1.0' })]).toEqual([[], []]);
  });

  it.each<[string, Parameters<typeof brokenBy>[0], string[]]>([
    ['the tag of another version', { tag: 'v1.0.9' }, ['has the tag of its version']],
    ['a tag without its v', { tag: '1.1.0' }, ['has the tag of its version']],
    ['a lock file that was left behind', { lockedVersion: '1.0.0' }, ['has one version everywhere']],
    ['a version of which the changelog knows nothing', { version: '1.2.0', lockedVersion: '1.2.0' }, ['is in the changelog']],
    ['a version of which the changelog says nothing', { version: '1.0.0', lockedVersion: '1.0.0' }, ['is in the changelog']],
    ['a version that only begins like one in the changelog', { version: '1.1', lockedVersion: '1.1' }, ['has a semantic version', 'is in the changelog']],
  ])('find %s', (_, change, rules) => {
    expect(brokenBy(change)).toEqual(rules);
  });

  it('take the notes from the changelog', () => {
    expect(changelogEntry(changelog, '1.1.0')).toBe('More.\n\n- One');
    expect(changelogEntry(changelog, '0.9.0')).toBe('First.');
    expect(changelogEntry(changelog, '2.0.0')).toBeUndefined();
  });
});
