/**
 * Checks the tarball that npm would publish: tsx scripts/checkTarball.ts [--copy-to <file>]. One line per rule; exit code 1 if one is
 * broken. What is published is this very file, copied.
 */
import { copyFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pack } from '../harness/pack';
import { report } from './support/checks';
import { program } from './support/program';
import { checkTarball } from './tarballRules';

program(async () => {
  const { values } = parseArgs({ options: { 'copy-to': { type: 'string' } } });
  const tarball = await pack();
  console.log(`${tarball.manifest.name} ${tarball.manifest.version}: ${tarball.files.length} files, ${(tarball.bytes / 1024).toFixed(1)} KB packed`);
  const code = report('the tarball', checkTarball(tarball));
  if (values['copy-to'] && code === 0) await copyFile(tarball.file, values['copy-to']);
  return code;
});
