/** Installs the n8n that demo and end-to-end tests run on, if this machine has none yet: tsx scripts/installN8n.ts */
import { ensureN8n } from '../harness/n8nRuntime';
import { program } from './support/program';

program(async () => {
  const { version, folder } = await ensureN8n();
  console.log(`n8n ${version} is in ${folder}`);
  return 0;
});
