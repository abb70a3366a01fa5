import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Result } from './measure';

const README = join(__dirname, 'README.md');
const BEGIN = '<!-- table -->';
const END = '<!-- end of table -->';

const verdict = ({ goal }: Result): string => (goal ? `${goal.text}: ${goal.met ? 'met' : 'missed'}` : '');

/** A figure as a line for the terminal. */
export const asLine = (row: Result): string =>
  `${row.name.padEnd(27)}${`${row.ours} ${row.unit}`.padStart(17)}  peer ${String(row.peer).padStart(8)}  ratio ${String(row.ratio).padStart(7)}  ${verdict(row).padEnd(28)}  ${row.detail}`;

const cells = (...texts: Array<string | number>): string => `| ${texts.map((text) => String(text).replaceAll('|', '\\|')).join(' | ')} |`;

const rowOf = (row: Result): string => cells(`\`${row.name}\``, `${row.ours} ${row.unit}`, row.peer, row.ratio, row.goal?.text ?? '–', row.goal ? (row.goal.met ? 'met' : '**missed**') : '–', row.detail);

/** Puts figures into the table of bench/README.md; rows of figures that were not measured stay. */
export function writeTable(results: Result[]): void {
  const readme = readFileSync(README, 'utf8');
  const [begin, end] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
  const kept = new Map([...readme.slice(begin, end).matchAll(/^\| `([\w-]+)` \|.*$/gm)].map(([line, name]) => [name as string, line]));
  for (const row of results) kept.set(row.name, rowOf(row));
  const [cpu] = cpus();
  const table = [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, Node.js ${process.versions.node}:`,
    '',
    cells('Figure', 'Ours', 'Peer', 'Ours / peer', 'Goal', '', 'What'),
    cells('---', '--:', '--:', '--:', '---', '---', '---'),
    ...kept.values(),
  ];
  writeFileSync(README, `${readme.slice(0, begin)}\n${table.join('\n')}\n${readme.slice(end)}`);
}
