import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { COLUMNS, type Entry, TALLY_FILE } from './tally';

const row = (name: string, cells: Array<string | number>): string =>
  `${name.padEnd(28)}${cells.map((cell) => cell.toLocaleString('en-US').padStart(11)).join('')}`;

/** Once per run, after the last file of the fault suite. */
export default function printTally(): void {
  const file = process.env[TALLY_FILE];
  if (!file || !existsSync(file)) return;
  const entries = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Entry);
  const sums = (of: Entry[]) => [of.length, ...COLUMNS.map((column) => of.reduce((sum, entry) => sum + entry[column], 0))];
  const groups = [...new Set(entries.map(({ group }) => group))];
  console.log(['', row('Faults', ['cases', ...COLUMNS]), ...groups.map((group) => row(group, sums(entries.filter((entry) => entry.group === group)))), row('All', sums(entries)), ''].join('\n'));
  rmSync(dirname(file), { recursive: true, force: true });
}
