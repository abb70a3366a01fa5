/** Measuring side by side: ours and the peer take turns, so that a slow moment of the machine hits both. */

export interface Result {
  name: string;
  ours: number;
  peer: number;
  ratio: number;
  unit: string;
  detail: string;
}

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

/** Times one piece of work. */
export async function time(work: () => Promise<unknown>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await work();
  const wall = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

/** Runs both in turn, once to warm up and then in pairs. */
export async function pairs(ours: () => Promise<unknown>, peer: () => Promise<unknown>, count = 5): Promise<{ ours: Sample[]; peer: Sample[] }> {
  const samples = { ours: [] as Sample[], peer: [] as Sample[] };
  await ours();
  await peer();
  for (let i = 0; i < count; i++) {
    samples.ours.push(await time(ours));
    samples.peer.push(await time(peer));
  }
  return samples;
}

export const result = (name: string, ours: number, peer: number, unit: string, detail: string): Result => ({
  name,
  ours: round(ours),
  peer: round(peer),
  ratio: round(ours / peer),
  unit,
  detail,
});

const round = (value: number): number => Number(value.toPrecision(3));
