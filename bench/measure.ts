/** Measuring side by side: ours and the peer take turns, so that a slow moment of the machine hits both. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

export interface Goal {
  text: string;
  met: boolean;
}

export interface Result {
  name: string;
  ours: number;
  peer: number;
  ratio: number;
  unit: string;
  detail: string;
  /** Absent where a figure is only shown. */
  goal?: Goal;
}

/** A goal for the ratio of ours to the peer's, or for any other figure that has a name. */
export const atMost = (value: number, limit: number, of = 'ratio'): Goal => ({ text: `${of} ≤ ${limit}`, met: value <= limit });
export const atLeast = (value: number, limit: number, of = 'ratio'): Goal => ({ text: `${of} ≥ ${limit}`, met: value >= limit });

const round = (value: number): number => Number(value.toPrecision(4));

export const result = (name: string, ours: number, peer: number, unit: string, detail: string, goal?: Goal): Result => ({
  name,
  ours: round(ours),
  peer: round(peer),
  ratio: round(ours / peer),
  unit,
  detail,
  ...(goal && { goal }),
});

export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? (sorted[Math.floor(middle)] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

export interface Sample {
  /** Wall time in milliseconds. */
  wall: number;
  /** CPU time of this process in milliseconds. */
  cpu: number;
}

/** Times one piece of work, which does not pay for the garbage of the one before. */
export async function time(work: () => Promise<unknown>): Promise<Sample> {
  global.gc?.();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await work();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

export const PAIRS = 5;

/**
 * Runs both in turn, once to warm up and then in pairs. Who goes first changes from pair to pair.
 * @param reset makes the server forget what a run left there
 */
export async function pairs(ours: () => Promise<unknown>, peer: () => Promise<unknown>, reset?: () => Promise<unknown>, count = PAIRS): Promise<{ ours: Sample[]; peer: Sample[] }> {
  const samples = { ours: [] as Sample[], peer: [] as Sample[] };
  for (let i = 0; i <= count; i++) {
    const [first, second] = [[ours, samples.ours] as const, [peer, samples.peer] as const];
    for (const [work, taken] of i % 2 ? [first, second] : [second, first]) {
      const sample = await time(work);
      // The first pair only warms up.
      if (i > 0) taken.push(sample);
      await reset?.();
    }
  }
  return samples;
}

export const medianWall = (samples: Sample[]): number => median(samples.map(({ wall }) => wall));

export const MB = 1024 * 1024;

/** How much the process grows meanwhile, at most, in MB of RSS. */
export async function growth(work: () => Promise<unknown>): Promise<number> {
  global.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  await work();
  clearInterval(watch);
  return (peak - before) / MB;
}

/** Measures something of memoryProcess.ts, once per pair, in processes that have done nothing before. */
export async function inFreshProcesses<T>(what: string): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const child = fork(join(__dirname, 'memoryProcess.ts'), [what], { execArgv: ['--expose-gc', '--import', 'tsx'] });
    found.push(
      await new Promise<T>((resolve, reject) => {
        child.once('message', (message) => resolve(message as T));
        child.once('exit', (code) => reject(new Error(`The process ended with ${code}`)));
      }),
    );
  }
  return found;
}
