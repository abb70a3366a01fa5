/** Checks the tarball that npm would publish: tsx scripts/checkTarball.ts. One line per rule; exit code 1 if one is broken. */
import { checkTarball, pack } from './pack';
import { program } from './support/program';

program(async () => {
  const tarball = await pack();
  console.log(`${tarball.manifest.name} ${tarball.manifest.version}: ${tarball.files.length} files, ${(tarball.bytes / 1024).toFixed(1)} KB packed`);
  const checks = checkTarball(tarball);
  for (const { rule, problems } of checks) {
    console.log(problems.length === 0 ? `ok      the tarball ${rule}` : `FAILED  the tarball ${rule}: ${problems.join(', ')}`);
  }
  return checks.some(({ problems }) => problems.length > 0) ? 1 : 0;
});
