import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox';
import { useBinaryMode } from '../support/engine';
import { BEGIN, END, readmeExamples } from '../support/readmeExamples';

const README = join(__dirname, '../../README.md');

it('the README shows what every operation gives when it is run', async () => {
  await useBinaryMode('filesystem');
  const sandbox = await startSandbox({ runMs: 20 });
  const made = `${BEGIN}\n\n${await readmeExamples(sandbox)}\n\n${END}`;
  await sandbox.close();
  const readme = readFileSync(README, 'utf8');
  const shown = readme.slice(readme.indexOf(BEGIN), readme.indexOf(END) + END.length);
  if (process.env.UPDATE_README) writeFileSync(README, readme.replace(shown, () => made));
  else expect(shown).toBe(made);
}, 60_000);
