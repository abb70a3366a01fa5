import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import { cancelBatch, type CancelPort } from '../../extend/results/cancel';

type Fate = 'cancels' | 'refuses' | 'ended' | 'endsFirst' | 'lostAnswer';

/** A batch on a virtual clock: run i is listed from `visibleAt(i)` on, and meets its fate when it is cancelled. */
function fakeBatch(fates: Fate[], visibleAt: (i: number) => number = () => 0) {
  let clock = 0;
  const statuses = fates.map((fate): string => (fate === 'ended' ? 'PROCESSED' : 'PROCESSING'));
  const requests: number[] = [];
  const port: CancelPort = {
    sleep: async (ms) => void (clock += ms),
    listRuns: async () => statuses.flatMap((status, i) => (visibleAt(i) <= clock ? [{ id: String(i), status }] : [])),
    cancel: async (id) => {
      const i = Number(id);
      requests.push(i);
      const fate = fates[i] as Fate;
      if (fate === 'endsFirst') statuses[i] = 'PROCESSED';
      if (fate === 'cancels' || fate === 'lostAnswer') statuses[i] = 'CANCELLING';
      if (fate !== 'cancels') throw new ExtendApiFailure({ kind: 'http', status: 400, message: 'no' });
    },
  };
  return { port, requests, clock: () => clock };
}

const fates = fc.array(fc.constantFrom<Fate>('cancels', 'refuses', 'ended', 'endsFirst', 'lostAnswer'), { maxLength: 30 });

describe('cancelBatch', () => {
  it('asks each open run once, and counts every run in exactly one way', async () => {
    await fc.assert(
      fc.asyncProperty(fates, fc.integer({ min: 0, max: 20_000 }), async (given, delay) => {
        const batch = fakeBatch(given, (i) => (i % 2) * delay);
        const report = await cancelBatch('b', batch.port, given.length);
        const count = (...wanted: Fate[]) => given.filter((fate) => wanted.includes(fate)).length;
        expect(report).toMatchObject({
          listed: given.length,
          cancelled: count('cancels', 'lostAnswer'),
          alreadyEnded: count('ended', 'endsFirst'),
          notListed: 0,
        });
        expect(report.failed).toHaveLength(count('refuses'));
        expect(report.cancelled + report.alreadyEnded + report.failed.length).toBe(report.listed);
        expect([...batch.requests].sort()).toEqual([...new Set(batch.requests)].sort());
      }),
    );
  });

  it('gives up waiting for runs that never show up, and says how many', async () => {
    const batch = fakeBatch(['cancels', 'cancels'], (i) => (i === 1 ? Infinity : 0));
    expect(await cancelBatch('b', batch.port, 2, 10_000)).toMatchObject({ listed: 1, cancelled: 1, notListed: 1 });
    expect(batch.clock()).toBe(10_000);
  });

  it('does not wait when nobody knows how many there are', async () => {
    const batch = fakeBatch(['cancels']);
    await cancelBatch('b', batch.port);
    expect(batch.clock()).toBe(0);
  });

  it.each([401, 402, 403])('ends at once when %i refuses every cancel', async (status) => {
    const batch = fakeBatch(Array.from({ length: 100 }, () => 'cancels' as const));
    const refusal = new ExtendApiFailure({ kind: 'http', status, message: 'no' });
    const asked: string[] = [];
    const cancel = async (id: string) => {
      asked.push(id);
      throw refusal;
    };
    await expect(cancelBatch('b', { ...batch.port, cancel })).rejects.toBe(refusal);
    expect(asked.length).toBeLessThanOrEqual(10);
  });
});
