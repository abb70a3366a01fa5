/** What the documents tell people to do is done here as it stands there. */
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { startSandbox } from '../../sandbox';
import { itemsOf } from '../../harness/n8nClient';
import { ensureN8n } from '../../harness/n8nRuntime';
import { N8nServer } from '../../harness/n8nServer';
import { pack } from '../../harness/pack';
import { run } from '../../harness/processes';
import { credentialFor, EXTEND, extendWorkflow, STAGE_TIMEOUT_MS, TRIGGER } from '../support/n8nStage';

const ROOT = join(__dirname, '../..');
const TOOLS = join(ROOT, 'node_modules/.bin');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const env = { ...process.env, PATH: [dirname(process.execPath), TOOLS, process.env.PATH].join(delimiter) };

async function succeed(command: string, args: string[], cwd: string): Promise<string> {
  const { ok, output } = await run(command, args, { cwd, env });
  if (!ok) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

it('the image of the README and of compose.yaml has the package where n8n finds it', async () => {
  const runtime = await ensureN8n();
  const { file: tarball } = await pack();
  const inReadme = /```dockerfile\n[^]*?^RUN (.*)$/m.exec(read('README.md'))?.[1] ?? '';
  const { 'x-n8n': n8n } = parse(read('compose.yaml'), { merge: true }) as { 'x-n8n': { build: { dockerfile_inline: string } } };
  expect(n8n.build.dockerfile_inline).toContain(`RUN ${inReadme}\n`);

  await using server = await N8nServer.create({ runtime, tarball });
  await using sandbox = await startSandbox({ runMs: 20 });
  // The image's home is the server's folder, and the package is the one of this source.
  await succeed('sh', ['-c', inReadme.replaceAll('/home/node', server.folder).replace(/n8n-nodes-extend$/, tarball)], server.folder);
  await server.start();
  const credential = await server.client.createCredential({ name: 'Extend API', type: 'extendApi', data: credentialFor(sandbox) });
  const parameters = { operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: sandbox.workflowId }, fileSource: 'text', text: '={{ $json.text }}' };
  const { id } = await server.client.createWorkflow(extendWorkflow([{ json: { text: 'Invoice 1' } }], credential, parameters));
  const execution = await server.client.waitForExecution(await server.client.runWorkflow(id, TRIGGER));
  expect(itemsOf(execution, EXTEND).map(({ json }) => json.inputCount)).toEqual([1]);
  expect(sandbox.ledger().runs).toHaveLength(1);
}, STAGE_TIMEOUT_MS);

describe('an operation that is added by the steps of CONTRIBUTING.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-extend-docs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const steps = read('CONTRIBUTING.md').split('\n## Add an operation')[1]?.split('\n## ')[0] ?? '';
  const [operation = '', place = '', call = '', test = ''] = [...steps.matchAll(/^ {3}```ts\n([^]*?)^ {3}```/gm)].map(([, code = '']) => code.replace(/^ {3}/gm, ''));
  const file = /`(nodes\/\S+\.operation\.ts)`/.exec(steps)?.[1] ?? '';

  const edit = (path: string, change: (text: string) => string) => {
    const before = readFileSync(join(folder, path), 'utf8');
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(join(folder, path), after);
  };

  beforeAll(() => {
    const left = new Set(['node_modules', 'dist', '.git']);
    cpSync(ROOT, folder, { recursive: true, filter: (path) => !left.has(basename(path)) || dirname(path) !== ROOT });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, file), operation);
    const name = /export const (\w+)/.exec(operation)?.[1] ?? '';
    edit(join(dirname(file), 'index.ts'), (text) => `import { ${name} } from './${basename(file, '.ts')}';\n${text.replace(/^ *operations: .*$/m, place.trimEnd())}`);
    edit('harness/operationCalls.ts', (text) => text.replace(/^export const operationCalls: OperationCall\[\] = \[$/m, `$&\n${call}`));
    edit('test/engine/operations.test.ts', (text) => `${text}\n${test}`);
  });

  it('passes types, lint, and the tests of every operation, with a schema and an example of its own', async () => {
    await succeed('tsx', ['scripts/outputSchemas.ts'], folder);
    expect(existsSync(join(folder, `nodes/Extend/__schema__/v1.0.0/file/getText.json`))).toBe(true);
    await succeed('tsc', ['-p', 'tsconfig.tooling.json', '--noEmit'], folder);
    await succeed('eslint', ['--max-warnings', '0', file, join(dirname(file), 'index.ts')], folder);

    const report = join(folder, `${randomUUID()}.json`);
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const engine = ['--selectProjects', 'engine', '--testPathPatterns', 'engine/(everyOperation|operations|operationCalls|outputSchemas|readme)'];
    const environment = { ...env, UPDATE_README: '1' };
    const { output } = await run(process.execPath, [jest, ...engine, '-t', 'getText|Get Text|every operation', '--json', '--outputFile', report], { cwd: folder, env: environment });
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    expect([numFailedTests, output]).toEqual([0, expect.anything()]);
    expect(numPassedTests).toBeGreaterThan(5);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('**Get Text.** Retrieve the text that was read in a file.');
  }, 300_000);
});
