/** `npm run bench [-- --json] [-- name …]`: every figure beside its peer, measured in the same run. */
import { parseArgs } from 'node:util';
import { collectPacing } from './collect';
import type { Result } from './measure';
import { packageCost } from './package';
import { submitScaling, submitVsSdk } from './submit';
import { triggerVsWebhookNode } from './trigger';
import { uploadMemory, uploadThroughput } from './upload';

const BENCHES: Record<string, () => Promise<Result[]>> = {
  submit: submitVsSdk,
  'submit-scaling': submitScaling,
  'upload-memory': uploadMemory,
  'upload-throughput': uploadThroughput,
  collect: collectPacing,
  trigger: triggerVsWebhookNode,
  package: packageCost,
};

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });

async function main(): Promise<void> {
  const chosen = Object.entries(BENCHES).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  for (const [, bench] of chosen) {
    for (const row of await bench()) {
      const { name, ours, peer, ratio, unit, detail } = row;
      console.log(values.json ? JSON.stringify(row) : `${name.padEnd(22)} ${`${ours} ${unit}`.padStart(16)}  peer ${String(peer).padStart(8)}  ratio ${String(ratio).padStart(6)}  ${detail}`);
    }
  }
  process.exit(0);
}

void main();
