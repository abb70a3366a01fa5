import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { Run, RunSummary } from '../../extend/api/types';
import { toDeduplicationKey } from '../../extend/correlation';
import type { LostPort } from '../../extend/submission/findLost';
import { findEarlier, type Notes, type Search, separateRepeats } from '../../extend/submission/recognise';

const HOUR = 60 * 60_000;

interface StoredRun extends Run {
  at: number;
}

/** A server on a virtual clock that lists runs without metadata, the newest first. */
class FakeServer {
  clock = 100 * HOUR;
  runs: StoredRun[] = [];
  listDelayMs = 0;
  ahead = 0;
  pageSize = 1000;
  lists = 0;
  gets: string[] = [];
  broken = new Map<string, number>();

  readonly port: LostPort = {
    now: () => this.clock,
    clockAheadMs: () => this.ahead,
    sleep: async (ms) => {
      this.clock += ms;
    },
    newestRuns: () => this.newest(),
    getRun: async (id) => {
      this.gets.push(id);
      const status = this.broken.get(id);
      if (status) throw new ExtendApiFailure({ kind: 'http', status, message: '' });
      return this.runs.find((run) => run.id === id) as Run;
    },
  };

  private async *newest(): AsyncGenerator<RunSummary[]> {
    this.lists++;
    const shown = this.runs.filter(({ at }) => at + this.listDelayMs <= this.clock).reverse();
    for (let i = 0; i < shown.length; i += this.pageSize) {
      yield shown.slice(i, i + this.pageSize).map(({ id, status, batchId, at }) => ({ id, status, batchId, createdAt: new Date(at + this.ahead).toISOString() }));
    }
  }

  /** Runs of one batch, or of none, with the keys given; undefined for runs without. */
  add(keys: Array<string | undefined>, { batchId, status = 'PROCESSED' }: { batchId?: string; status?: string } = {}): void {
    for (const [itemIndex, key] of keys.entries()) {
      const n8n = { executionId: '1', nodeName: 'Extend', itemIndex, submissionKey: `s_${batchId}`, of: keys.length, deduplicationKey: key };
      const metadata = key === undefined ? {} : { n8n };
      this.runs.push({ id: `run_${this.runs.length}`, status, batchId: batchId ?? null, metadata, at: this.clock });
    }
  }

  async find(keys: string[], more: Partial<Search> = {}) {
    const search = { targetId: 'w', keys: new Set(keys), lookBackMs: 24 * HOUR, listDelayMs: 10_000, mayBeRecent: false, notes: new Map() as Notes };
    return await findEarlier(this.port, { ...search, ...more });
  }
}

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `INV-${from + i}`);

describe('keys', () => {
  it('are kept as they are, or as a hash that is always the same when they are long', () => {
    expect(toDeduplicationKey('INV-1')).toBe('INV-1');
    expect(toDeduplicationKey('x'.repeat(64))).toBe('x'.repeat(64));
    expect(toDeduplicationKey('x'.repeat(65))).toBe('sha256:9537c5fdf120482f7d58d25e9ed583f5');
    expect(toDeduplicationKey('y'.repeat(5000))).toMatch(/^sha256:[0-9a-f]{32}$/);
    expect(toDeduplicationKey('y'.repeat(5000))).not.toBe(toDeduplicationKey(`${'y'.repeat(4999)}z`));
  });

  it('that repeat are taken out after the first, for each workflow, and everything is there once', () => {
    const anyInput = fc.record({ target: fc.record({ id: fc.constantFrom('a', 'b') }), key: fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(anyInput), (inputs) => {
        const { firsts, repeats } = separateRepeats(inputs);
        expect([...firsts, ...repeats.map(({ input }) => input)].sort((a, b) => inputs.indexOf(a) - inputs.indexOf(b))).toEqual(inputs);
        const named = firsts.filter(({ key }) => key !== undefined).map(({ target, key }) => `${target.id}${key}`);
        expect(new Set(named).size).toBe(named.length);
        for (const { input, first } of repeats) {
          expect([first.target.id, first.key]).toEqual([input.target.id, input.key]);
          expect(inputs.indexOf(first)).toBeLessThan(inputs.indexOf(input));
        }
      }),
    );
  });
});

describe('earlier submissions', () => {
  it('are found by their keys, with batch and run', async () => {
    const server = new FakeServer();
    server.add(keys(0, 5), { batchId: 'b1', status: 'PROCESSING' });
    server.add(['single']);
    const { byKey } = await server.find(['INV-3', 'single', 'INV-9'], { listDelayMs: 0 });
    expect(Object.fromEntries(byKey)).toEqual({
      'INV-3': { runId: 'run_3', batchId: 'b1', status: 'PROCESSING', submissionKey: 's_b1' },
      single: { runId: 'run_5', status: 'PROCESSED', submissionKey: 's_undefined' },
    });
  });

  it.each(['FAILED', 'CANCELLED', 'REJECTED'])('that ended %s do not count, and are not even read; an older one that succeeded does', async (status) => {
    const server = new FakeServer();
    server.add(['a', 'b'], { batchId: 'b1' });
    server.add(['a', 'c'], { batchId: 'b2', status });
    const { byKey } = await server.find(['a', 'c'], { listDelayMs: 0 });
    expect([...byKey].map(([key, { runId }]) => [key, runId])).toEqual([['a', 'run_0']]);
    expect(server.gets).not.toContain('run_2');
  });

  it.each(['NEEDS_REVIEW', 'PENDING', 'CANCELLING', 'SOMETHING_NEW'])('that are %s count', async (status) => {
    const server = new FakeServer();
    server.add(['a'], { batchId: 'b1', status });
    expect((await server.find(['a'])).byKey.size).toBe(1);
  });

  it('cost one read for each run with a key in the time looked back, one for each other batch, and none after all keys are found', async () => {
    const server = new FakeServer();
    server.add(keys(0, 100), { batchId: 'old' });
    server.clock += 25 * HOUR;
    server.add(keys(100, 150), { batchId: 'mine' });
    for (let i = 0; i < 20; i++) server.add(Array<undefined>(50).fill(undefined), { batchId: `other_${i}` });
    server.add(keys(150, 170), { batchId: 'last' });

    const some = await server.find(['INV-120', 'nowhere'], { listDelayMs: 0 });
    expect(some.byKey.size).toBe(1);
    expect(some.reads).toBe(50 + 20 + 20);
    expect(server.gets).toHaveLength(some.reads);

    server.gets = [];
    const all = await server.find(['INV-169', 'INV-155']);
    expect(all.byKey.size).toBe(2);
    // A batch each, and the last one up to the last key that was missing, with the reads under way.
    expect(server.gets.length).toBeLessThanOrEqual(21 + 20 + 9);
  });

  it('are read once, however often they are looked for', async () => {
    const server = new FakeServer();
    const notes: Notes = new Map();
    server.add(keys(0, 30), { batchId: 'b1' });
    server.add(Array<undefined>(30).fill(undefined), { batchId: 'b2' });
    expect((await server.find(['INV-3', 'INV-99'], { notes, listDelayMs: 0 })).reads).toBe(31);
    server.add(['INV-99'], { batchId: 'b3' });
    const again = await server.find(['INV-3', 'INV-99'], { notes, listDelayMs: 0 });
    expect([again.byKey.size, again.reads]).toEqual([2, 1]);
    const statuses = await server.find(['INV-3'], { notes });
    expect(statuses.reads).toBe(0);
  });

  it.each([0, 5000, 9000])('that are listed only after %i ms are found when something was submitted a moment ago', async (listDelayMs) => {
    const server = new FakeServer();
    server.listDelayMs = listDelayMs;
    server.add(['a'], { batchId: 'b1' });
    expect((await server.find(['a'], { mayBeRecent: true })).byKey.size).toBe(1);
  });

  it('are looked for again when some are found that are recent, because the others may be listed late', async () => {
    const server = new FakeServer();
    server.listDelayMs = 4000;
    server.add(['a'], { batchId: 'b1' });
    server.clock += 4000;
    server.add(['b'], { batchId: 'b2' });
    expect((await server.find(['a', 'b'])).byKey.size).toBe(2);
    expect(server.lists).toBe(2);
  });

  it('are not waited for when there is no sign of a recent submission', async () => {
    const server = new FakeServer();
    server.add(['a'], { batchId: 'b1' });
    server.clock += HOUR;
    const before = server.clock;
    expect((await server.find(['a', 'b'])).byKey.size).toBe(1);
    expect([server.clock - before, server.lists]).toEqual([0, 1]);
  });

  it.each([-2 * HOUR, 2 * HOUR])('count by the clock of the server, %i ms ahead', async (ahead) => {
    const server = new FakeServer();
    server.ahead = ahead;
    server.add(['a'], { batchId: 'b1' });
    server.clock += HOUR;
    expect((await server.find(['a'], { lookBackMs: 1.5 * HOUR })).byKey.size).toBe(1);
    expect((await server.find(['a'], { lookBackMs: 0.5 * HOUR })).byKey.size).toBe(0);
  });

  it('are found on any page, and by the other runs of a batch when one was deleted meanwhile', async () => {
    const server = new FakeServer();
    server.pageSize = 7;
    server.add(keys(0, 40), { batchId: 'b1' });
    server.broken.set('run_39', 404);
    const { byKey } = await server.find(keys(0, 40), { listDelayMs: 0 });
    expect(byKey.size).toBe(39);
    expect(byKey.has('INV-39')).toBe(false);
  });

  it('that cannot be read end the search with an error', async () => {
    const server = new FakeServer();
    server.add(keys(0, 3), { batchId: 'b1' });
    server.broken.set('run_1', 500);
    await expect(server.find(keys(0, 3))).rejects.toBeInstanceOf(ExtendApiFailure);
  });
});
