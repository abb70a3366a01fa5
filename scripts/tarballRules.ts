import { posix } from 'node:path';
import type { Manifest, Tarball } from '../harness/pack';
import type { Check } from './support/checks';

const PUBLISHED = /^(package\.json|README\.md|LICENSE\.md|dist\/(credentials|nodes|extend|transport|icons)\/.+\.(js|json|svg))$/;
/** Scripts that npm runs by itself on the machine of whoever installs or publishes. */
const LIFECYCLE = /^(pre|post)?(install|uninstall|prepare|pack|publish|version)$|^prepublishOnly$/;
/** n8n takes the source of a verified package from there. */
const REPOSITORY = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/;

/**
 * What is wrong with a tarball; each rule counts as a check of its own. They are what npm cannot know, and what n8n demands of
 * packages that it verifies (n8n's linter and scanner look at the code).
 */
export function checkTarball({ files, manifest, texts }: Pick<Tarball, 'files' | 'manifest' | 'texts'>): Check[] {
  const { nodes, credentials } = manifest.n8n;
  const missing = (paths: string[]): string[] => paths.filter((path) => !files.includes(path));
  return [
    { rule: 'holds only what n8n runs', problems: files.filter((path) => !PUBLISHED.test(path)) },
    { rule: 'has README and licence', problems: missing(['README.md', 'LICENSE.md']) },
    { rule: 'holds every declared node and credential', problems: missing([...nodes, ...credentials]) },
    {
      rule: 'declares every node and credential that it holds',
      problems: files.filter((path) => /\.(node|credentials)\.js$/.test(path) && ![...nodes, ...credentials].includes(path)),
    },
    { rule: 'has a codex file beside each node', problems: missing(nodes.map((path) => path.replace(/\.js$/, '.json'))) },
    {
      rule: 'has schemas of output items beside each node',
      problems: nodes.filter((path) => !files.some((file) => file.startsWith(`${posix.dirname(path)}/__schema__/`))),
    },
    { rule: 'has every icon that it shows', problems: [...nodes, ...credentials].flatMap((path) => brokenIcons(path, texts[path] ?? '', files)) },
    { rule: 'depends on nothing', problems: dependencies(manifest) },
    { rule: 'runs no script when installed', problems: Object.keys(manifest.scripts ?? {}).filter((name) => LIFECYCLE.test(name)) },
    { rule: 'is one that n8n takes for a community package', problems: identity(manifest) },
    { rule: 'says who made it, and from which source', problems: origin(manifest) },
    {
      rule: 'has a README that tells how to install it, to sign in, and what to do when it fails',
      problems: ['Install', 'Credential', 'Troubleshooting'].filter((title) => !new RegExp(`^## .*${title}`, 'm').test(texts['README.md'] ?? '')),
    },
  ];
}

function brokenIcons(path: string, text: string, files: string[]): string[] {
  const icons = [...text.matchAll(/file:([\w./-]+\.(?:svg|png))/g)].map(([, icon]) => posix.join(posix.dirname(path), icon ?? ''));
  return icons.length === 0 ? [`${path} has none`] : icons.filter((icon) => !files.includes(icon));
}

const dependencies = ({ dependencies: own, optionalDependencies, bundleDependencies, overrides, peerDependencies }: Manifest): string[] => [
  ...Object.keys(own ?? {}),
  ...Object.keys(optionalDependencies ?? {}),
  ...(bundleDependencies ? ['bundleDependencies'] : []),
  ...(overrides ? ['overrides'] : []),
  ...Object.keys(peerDependencies ?? {}).filter((name) => name !== 'n8n-workflow'),
];

function identity({ name, keywords = [], license, n8n, peerDependencies = {} }: Manifest): string[] {
  return [
    /^(@[\w.-]+\/)?n8n-nodes-[a-z0-9-]+$/.test(name) || `the name ${name} does not begin with n8n-nodes-`,
    keywords.includes('n8n-community-node-package') || 'the keyword n8n-community-node-package is missing',
    license === 'MIT' || `the licence is ${license}, not MIT`,
    peerDependencies['n8n-workflow'] === '*' || 'n8n-workflow is no peer dependency of any version',
    n8n.n8nNodesApiVersion === 1 || `n8nNodesApiVersion is ${n8n.n8nNodesApiVersion}`,
    n8n.strict === true || 'n8n.strict is not true',
  ].filter((problem) => problem !== true);
}

function origin({ description = '', homepage = '', author = {}, repository = {} }: Manifest): string[] {
  const [, source] = REPOSITORY.exec(repository.url ?? '') ?? [];
  return [
    description.length > 20 || 'the description says nothing',
    (author.name !== undefined && /^\S+@\S+\.\S+$/.test(author.email ?? '')) || 'the author has no name or no e-mail address',
    source !== undefined || `the repository ${repository.url} is not the address of a public source on GitHub`,
    homepage.startsWith(`https://github.com/${source}`) || `the homepage ${homepage} is another project's`,
  ].filter((problem) => problem !== true);
}
