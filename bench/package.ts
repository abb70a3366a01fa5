import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../harness/n8nRuntime';
import { pack } from '../harness/pack';
import { atMost, median, PAIRS, type Result, result } from './measure';

const ROOT = join(__dirname, '..');
const OURS = ['nodes/Extend/Extend.node.js', 'nodes/ExtendTrigger/ExtendTrigger.node.js', 'credentials/ExtendApi.credentials.js'];
const SLACK = ['nodes/Slack/Slack.node.js', 'nodes/Slack/SlackTrigger.node.js', 'credentials/SlackApi.credentials.js'];

/** Milliseconds to load modules in a fresh process that has n8n-workflow loaded already. */
const loadTime = (cwd: string, folder: string, modules: string[]): number => {
  const requires = modules.map((module) => `require(${JSON.stringify(join(folder, module))});`).join('');
  return Number(execFileSync(process.execPath, ['-e', `require('n8n-workflow'); const t = performance.now(); ${requires} console.log(performance.now() - t)`], { cwd }));
};

/** What installing the package costs: bytes and start-up time. */
export async function packageCost(): Promise<Result[]> {
  const { file } = await pack();
  const { folder } = await ensureN8n();
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let i = 0; i <= PAIRS; i++) {
    times.ours.push(loadTime(ROOT, join(ROOT, 'dist'), OURS));
    times.peer.push(loadTime(folder, join(folder, 'node_modules/n8n-nodes-base/dist'), SLACK));
  }
  // The first ones read the files from the disk.
  const [ours, peer] = [median(times.ours.slice(1)), median(times.peer.slice(1))];
  const kB = statSync(file).size / 1024;
  return [
    result('package-size', kB, 60, 'kB', 'packed tarball; the peer is the goal', atMost(kB, 60, 'ours')),
    result('package-start-up', ours, peer, 'ms', "loading both nodes and the credential; the peer is n8n's own Slack: node, trigger, credential", atMost(ours, 20, 'ours')),
  ];
}
