/**
 * Runs the scan that n8n runs before it verifies a package: tsx scripts/scanPackage.ts. n8n's scanner takes the published tarball
 * and the sources that its provenance names; here its own analysis gets the tarball that would be published, and this tree.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pack } from '../harness/pack';
import { ensureCached } from '../harness/cache';
import { run } from '../harness/processes';
import { program } from './support/program';

const SCANNER = { name: '@n8n/scan-community-package', version: '0.32.0' };
const ROOT = join(__dirname, '..');
/** What the scanner looks at in a tarball. */
const TARBALL_PATTERNS = ['**/*.js', 'package.json'];

interface Scanner {
  SOURCE_FILE_PATTERNS: string[];
  analyzePackage(folder: string, patterns: string[]): Promise<{ passed: boolean; message?: string; details?: string }>;
}

program(async () => {
  const folder = await ensureCached(SCANNER);
  const scanner = (await import(pathToFileURL(join(folder, 'node_modules', SCANNER.name, 'scanner/scanner.mjs')).href)) as Scanner;
  const unpacked = await mkdtemp(join(tmpdir(), 'n8n-nodes-extend-scan-'));
  try {
    const { file } = await pack();
    const { ok, output } = await run('tar', ['-xzf', file, '-C', unpacked, '--strip-components=1']);
    if (!ok) throw new Error(`The tarball cannot be unpacked:\n${output}`);
    const results = [
      { what: 'the sources', ...(await scanner.analyzePackage(ROOT, scanner.SOURCE_FILE_PATTERNS)) },
      { what: 'the tarball', ...(await scanner.analyzePackage(unpacked, TARBALL_PATTERNS)) },
    ];
    for (const { what, passed, message, details } of results) {
      console.log(passed ? `ok      n8n's scanner finds nothing in ${what}` : `FAILED  n8n's scanner on ${what}: ${message}\n${details ?? ''}`);
    }
    return results.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
});
