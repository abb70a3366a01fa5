import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from '../scripts/pack';
import { median, type Result, result } from './measure';

const DIST = join(__dirname, '..', 'dist');

/** Milliseconds to load modules in a fresh process that has n8n-workflow loaded already. */
const loadTime = (modules: string[]): number =>
  Number(
    execFileSync(process.execPath, ['-e', `require('n8n-workflow'); const t = performance.now(); ${modules.map((module) => `require(${JSON.stringify(module)});`).join('')} console.log(performance.now() - t)`], {
      cwd: join(__dirname, '..'),
    }),
  );

/** What installing the package costs: bytes and start-up time. */
export async function packageCost(): Promise<Result[]> {
  const { file } = await pack();
  const modules = ['nodes/Extend/Extend.node.js', 'nodes/ExtendTrigger/ExtendTrigger.node.js', 'credentials/ExtendApi.credentials.js'];
  const ours = median(Array.from({ length: 7 }, () => loadTime(modules.map((module) => join(DIST, module)))));
  return [
    result('package-size', statSync(file).size / 1024, 60, 'kB', 'packed tarball; the peer is the goal'),
    result('package-start-up', ours, 20, 'ms', 'loading both nodes and the credential; the peer is the goal'),
  ];
}
