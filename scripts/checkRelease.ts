/**
 * Checks that version, tag and changelog belong together: tsx scripts/checkRelease.ts [--tag v1.2.3] [--notes <file>].
 * With --notes it writes what the changelog says about the version.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changelogEntry, checkRelease } from './releaseRules';
import { report } from './support/checks';
import { program } from './support/program';

const read = (path: string): string => readFileSync(join(__dirname, '..', path), 'utf8');

program(async () => {
  const { values } = parseArgs({ options: { tag: { type: 'string' }, notes: { type: 'string' } } });
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const lock = JSON.parse(read('package-lock.json')) as { version: string };
  const changelog = read('CHANGELOG.md');
  const code = report('the release', checkRelease({ version, lockedVersion: lock.version, changelog, tag: values.tag }));
  if (values.notes && code === 0) writeFileSync(values.notes, `${changelogEntry(changelog, version)}\n`);
  return code;
});
