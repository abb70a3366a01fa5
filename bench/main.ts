/** `npm run bench [-- --json | --table] [-- name …]`: every figure beside its peer, measured in the same run. See README.md. */
import { parseArgs } from 'node:util';
import { collectPacing, collectThousand } from './collect';
import { submitVsHttpRequest } from './httpRequest';
import type { Result } from './measure';
import { packageCost } from './package';
import { profileSubmit } from './profile';
import { submitMemory, submitScaling, submitVsSdk } from './submit';
import { asLine, writeTable } from './table';
import { triggerVsWebhookNode } from './trigger';
import { uploadMemory, uploadThroughput } from './upload';

interface Bench {
  /** Names of its figures; each begins one can be chosen by. */
  names: string[];
  run(): Promise<Result[]>;
}

const BENCHES: Bench[] = [
  { names: ['submit-10k-vs-sdk', 'submit-10k-cpu'], run: submitVsSdk },
  { names: ['submit-scaling-100k'], run: submitScaling },
  { names: ['submit-memory-100k'], run: submitMemory },
  { names: ['submit-10k-vs-http-request', 'submit-10k-payg'], run: submitVsHttpRequest },
  { names: ['upload-memory'], run: uploadMemory },
  { names: ['upload-throughput', 'upload-throughput-fresh'], run: uploadThroughput },
  { names: ['collect-pacing'], run: collectPacing },
  { names: ['collect-1000', 'collect-1000-time'], run: collectThousand },
  { names: ['', '-vm'].flatMap((engine) => [`trigger-vs-webhook-node${engine}`, `trigger-vs-core-nodes${engine}`, `trigger-refused${engine}`]), run: triggerVsWebhookNode },
  { names: ['package-size', 'package-start-up'], run: packageCost },
];

const options = { json: { type: 'boolean' }, table: { type: 'boolean' }, profile: { type: 'boolean' } } as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });

async function main(): Promise<void> {
  if (values.profile) return console.log(await profileSubmit());
  const chosen = BENCHES.filter(({ names }) => positionals.length === 0 || positionals.some((begin) => names.some((name) => name.startsWith(begin))));
  if (chosen.length === 0) throw new Error(`There is no benchmark of this name. There are: ${BENCHES.flatMap(({ names }) => names).join(', ')}`);
  const results: Result[] = [];
  for (const { names, run } of chosen) {
    // One that fails must not hide the others.
    const found = await run().catch((error: unknown) => {
      console.error(`${names.join(', ')} failed:`, error);
      process.exitCode = 1;
      return [];
    });
    for (const row of found) console.log(values.json ? JSON.stringify(row) : asLine(row));
    results.push(...found);
  }
  if (values.table) writeTable(results);
}

void main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(() => process.exit());
