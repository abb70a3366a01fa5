import { ExtendApiFailure } from '../../extend/api/errors';
import type { Run } from '../../extend/api/types';
import { type CollectPort, pollDelayMs, waitForRuns, type Watch, watch } from '../../extend/results/collect';

const batchOf = (batchId: string, expected: number): Watch => watch({ batchId, expected });

/** A server on a virtual clock: run i of a batch becomes visible at `visibleAt` and ends at `endsAt(i)`. */
function fakeServer(
  size: number,
  { visibleAt = 0, endsAt = () => 3000 }: { visibleAt?: number; endsAt?: (run: number) => number } = {},
) {
  const calls = { lists: 0, gets: 0, slept: [] as number[] };
  let clock = 0;
  const failures: ExtendApiFailure[] = [];
  const runAt = (i: number): Run => ({ id: `run_${i}`, status: clock >= endsAt(i) ? 'PROCESSED' : 'PROCESSING' });
  const port: CollectPort = {
    now: () => clock,
    sleep: async (ms) => {
      calls.slept.push(ms);
      clock += ms;
    },
    listRuns: async () => {
      calls.lists++;
      const failure = failures.shift();
      if (failure) throw failure;
      return clock < visibleAt ? [] : Array.from({ length: size }, (_, i) => runAt(i));
    },
    getRun: async (id) => {
      calls.gets++;
      return runAt(Number(id.slice(4)));
    },
  };
  return { port, calls, failures, clock: () => clock };
}

describe('waitForRuns', () => {
  it('waits until as many runs as were submitted are listed and all have ended', async () => {
    const server = fakeServer(3, { visibleAt: 2500, endsAt: (i) => 3000 + 1000 * i });
    const batch = batchOf('b', 3);
    expect(await waitForRuns([batch], server.port, undefined)).toBe(true);
    expect([...batch.ended.keys()]).toEqual(['run_0', 'run_1', 'run_2']);
    expect(server.clock()).toBe(5000);
  });

  it('reads each ended run once, as soon as it has ended', async () => {
    const server = fakeServer(50, { endsAt: (i) => 100 * i });
    await waitForRuns([batchOf('b', 50)], server.port, undefined);
    expect(server.calls.gets).toBe(50);
  });

  it('stops at the deadline and tells', async () => {
    const server = fakeServer(2, { endsAt: (i) => (i === 0 ? 1000 : 1e9) });
    const batch = batchOf('b', 2);
    expect(await waitForRuns([batch], server.port, 4500)).toBe(false);
    expect([...batch.ended.keys()]).toEqual(['run_0']);
    expect(server.clock()).toBe(4500);
  });

  it('survives failed looks', async () => {
    const server = fakeServer(1, { endsAt: () => 0 });
    server.failures.push(
      new ExtendApiFailure({ kind: 'http', status: 500, message: '' }),
      new ExtendApiFailure({ kind: 'network', message: '' }),
    );
    expect(await waitForRuns([batchOf('b', 1)], server.port, undefined)).toBe(true);
    expect(server.calls.lists).toBe(3);
  });

  it('ends when an answer will not change', async () => {
    const server = fakeServer(1, { endsAt: () => 1e9 });
    server.failures.push(new ExtendApiFailure({ kind: 'http', status: 401, message: 'revoked' }));
    await expect(waitForRuns([batchOf('b', 1)], server.port, undefined)).rejects.toThrow('revoked');
  });

  it('looks no more at a complete batch', async () => {
    const server = fakeServer(1, { endsAt: () => 0 });
    const done = batchOf('a', 1);
    await waitForRuns([done], server.port, undefined);
    const before = server.calls.lists;
    await waitForRuns([done], server.port, undefined);
    expect(server.calls.lists).toBe(before);
  });

  it('does not wait for ever for runs that are deleted meanwhile, ended or not', async () => {
    const gone = new Set<string>();
    const server = fakeServer(3, { endsAt: (i) => (i === 2 ? 1e9 : 1000 * i) });
    const port: CollectPort = {
      ...server.port,
      listRuns: async (batchId) => (await server.port.listRuns(batchId)).filter(({ id }) => !gone.has(id)),
      getRun: async (id) => {
        if (gone.has(id)) throw new ExtendApiFailure({ kind: 'http', status: 404, message: 'gone' });
        return await server.port.getRun(id);
      },
      sleep: async (ms) => {
        await server.port.sleep(ms);
        if (server.clock() === 1000) gone.add('run_0');
        if (server.clock() === 3000) gone.add('run_2');
      },
    };
    const batch = batchOf('b', 3);
    expect(await waitForRuns([batch], port, 60_000)).toBe(true);
    expect(server.clock()).toBe(3000);
    expect([...batch.ended].map(([id, { status }]) => [id, status])).toEqual([['run_0', 'PROCESSED'], ['run_1', 'PROCESSED'], ['run_2', 'DELETED']]);
  });

  it('waits for single runs of a batch, and for runs of none', async () => {
    const server = fakeServer(5, { endsAt: (i) => 1000 * i });
    const some = watch({ batchId: 'b', expected: 2, only: new Set(['run_1', 'run_3']) });
    const single = watch({ expected: 1, only: new Set(['run_2']) });
    expect(await waitForRuns([some, single], server.port, undefined)).toBe(true);
    expect([[...some.ended.keys()], [...single.ended.keys()]]).toEqual([['run_1', 'run_3'], ['run_2']]);
    expect(server.clock()).toBe(3000);
  });

  it('looks often at first, then every half minute, and slower for large batches', () => {
    const delays = Array.from({ length: 80 }, (_, looks) => pollDelayMs(looks, 10));
    expect(delays.slice(0, 30).every((delay) => delay === 1000)).toBe(true);
    expect(delays.at(-1)).toBe(30_000);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(pollDelayMs(0, 5000)).toBe(10_000);
  });
});
