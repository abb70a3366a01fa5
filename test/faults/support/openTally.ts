import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TALLY_FILE } from './tally';

/** Once per run, before the first file of the fault suite. */
export default function openTally(): void {
  process.env[TALLY_FILE] = join(mkdtempSync(join(tmpdir(), 'n8n-nodes-extend-tally-')), 'cases.jsonl');
}
