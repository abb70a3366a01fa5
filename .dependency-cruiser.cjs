// Arrows point one way: nodes → transport → extend. What is published leans on nothing that is not. Nothing goes in circles.

const PUBLISHED = 'nodes|transport|extend|credentials';
const TOOLS = 'harness|test|scripts|bench';

/** What each published part may import: other parts, packages, modules of Node.js. */
const ALLOWED = {
  extend: ['^extend/', '^crypto$'],
  transport: ['^(transport|extend)/', '(^|/)node_modules/n8n-workflow/', '^crypto$'],
  nodes: ['^(nodes|transport|extend)/', '(^|/)node_modules/n8n-workflow/', '^crypto$'],
  credentials: ['^(credentials|transport|extend)/', '(^|/)node_modules/n8n-workflow/'],
};

/** What the other parts may not import. The sandbox knows nothing of the node, so that it can contradict it. */
const FORBIDDEN = {
  sandbox: `^(${TOOLS}|${PUBLISHED})/`,
  harness: '^(test|scripts|bench)/',
  'scripts|bench': '^test/',
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', comment: 'Files that import each other can only be understood together.', from: {}, to: { circular: true } },
    { name: 'no-unknown', severity: 'error', comment: 'An import that leads nowhere escapes every other rule.', from: {}, to: { couldNotResolve: true } },
    ...Object.entries(ALLOWED).map(([part, allowed]) => ({
      name: `${part}-imports-only-what-it-may`,
      severity: 'error',
      comment: `${part}/ may import ${allowed.join(', ')}`,
      from: { path: `^${part}/` },
      to: { pathNot: allowed },
    })),
    ...Object.entries(FORBIDDEN).map(([part, path]) => ({ name: `${part.replace('|', '-and-')}-apart`, severity: 'error', from: { path: `^(${part})/` }, to: { path } })),
    {
      name: 'n8n-loads-nodes-and-credentials',
      severity: 'error',
      comment: 'Nodes and credential types are where n8n enters; no other code leans on them.',
      from: { path: `^(${PUBLISHED}|sandbox)/` },
      to: { path: '\\.(node|credentials)\\.ts$' },
    },
  ],
  options: {
    // Imports of types count: they tell as well what can only be understood together.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tooling.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
