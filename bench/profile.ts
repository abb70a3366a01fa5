/** `npm run bench -- --profile`: where the CPU time of submitting 100,000 items goes. */
import { Session, type Profiler } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, time } from './measure';
import { startServer } from './server';
import { rows, withNode } from './work';

const SHOWN = 25;
const RUNS = 5;

const placeOf = ({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string => {
  const file = url.startsWith('file:') ? relative(process.cwd(), fileURLToPath(url)) : url;
  return `${functionName || '(anonymous)'}${file ? `  ${file}:${lineNumber + 1}` : ''}`;
};

export async function profileSubmit(): Promise<string> {
  using server = await startServer();
  const items = rows(100_000);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  const samples = new Map<string, number>();
  const cpu: number[] = [];
  for (let i = 0; i <= RUNS; i++) {
    await session.post('Profiler.start');
    const { cpu: ms } = await time(withNode(server, items));
    const { profile } = await session.post('Profiler.stop');
    await server.reset();
    // The first run only warms up.
    if (i === 0) continue;
    cpu.push(ms);
    const place = new Map(profile.nodes.map((node) => [node.id, placeOf(node.callFrame)]));
    for (const id of profile.samples ?? []) samples.set(place.get(id) ?? '', (samples.get(place.get(id) ?? '') ?? 0) + 1);
  }
  // Waiting, and the profiler itself.
  for (const name of [...samples.keys()]) if (name === '(idle)' || name.startsWith('post  node:inspector')) samples.delete(name);
  const all = [...samples.values()].reduce((sum, count) => sum + count, 0);
  const perItem = (median(cpu) * 1000) / items.length;
  const top = [...samples].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  const line = ([name, count]: [string, number]) => `${((count / all) * perItem).toFixed(2).padStart(7)} µs/item ${((count / all) * 100).toFixed(1).padStart(5)} %  ${name}`;
  return [`${perItem.toFixed(1)} µs of CPU per item, by self time of ${RUNS} runs:`, ...top.map(line)].join('\n');
}
