import type { RunSummary } from '../../extend/api/types';
import { isFinished, progressOf } from '../../extend/results/progress';
import { waitSecondsOf } from '../../nodes/Extend/batches/stillRunning';

const T = Date.parse('2026-11-25T02:00:00Z');
const run = (status: string, startedSecondsAgo?: number) => ({
  id: Math.random().toString(),
  status,
  createdAt: new Date(T - 600_000).toISOString(),
  ...(startedSecondsAgo !== undefined && { startTime: new Date(T - startedSecondsAgo * 1000).toISOString() }),
});
const runs = (n: number, status: string, startedSecondsAgo?: number) => Array.from({ length: n }, () => run(status, startedSecondsAgo));

describe('isFinished', () => {
  it.each([
    ['all ended', 2, runs(2, 'PROCESSED'), true],
    ['one on its way', 2, [run('PROCESSED'), run('PROCESSING')], false],
    ['one being cancelled', 1, [run('CANCELLING')], false],
    ['one not listed yet', 3, runs(2, 'PROCESSED'), false],
    ['waiting for a human', 1, [run('NEEDS_REVIEW')], true],
    ['a status of the future', 1, [run('ARCHIVED')], true],
    ['nothing listed, number unknown', undefined, [], false],
    ['all listed ended, number unknown', undefined, runs(5, 'FAILED'), true],
    ['more runs than inputs', 1, runs(2, 'PROCESSED'), true],
  ])('with %s', (_, expected, listed, done) => {
    const { ended } = progressOf(listed, expected, T);
    expect(isFinished(ended, listed.length - ended, expected)).toBe(done);
  });
});

/** How far a batch is, and when to look again. */
const progressWithWait = (listed: RunSummary[], expected: number | undefined) => {
  const progress = progressOf(listed, expected, T);
  return { ...progress, waitSeconds: waitSecondsOf(progress.secondsLeft) };
};

describe('progressOf', () => {
  it('counts by status and estimates at the speed so far', () => {
    const listed = [...runs(100, 'PROCESSED', 50), ...runs(20, 'FAILED', 50), ...runs(30, 'PROCESSING', 5), ...runs(40, 'PENDING')];
    // The pending ones were created 600 s ago, so 120 took 600 s, and 80 are left.
    const { statuses, total, ended, secondsLeft } = progressOf(listed, 200, T);
    expect([statuses, total, ended]).toEqual([{ PROCESSED: 100, FAILED: 20, PROCESSING: 30, PENDING: 40 }, 200, 120]);
    expect(secondsLeft).toBe(400);
    expect(waitSecondsOf(secondsLeft)).toBe(400);
  });

  it('knows no time before anything has ended, and proposes to look again soon, but not so soon that n8n keeps it in memory', () => {
    expect(progressWithWait(runs(3, 'PENDING'), 3)).toMatchObject({ secondsLeft: null, waitSeconds: 65 });
    expect(progressWithWait([], undefined)).toMatchObject({ total: null, listed: 0, secondsLeft: null, waitSeconds: 65 });
    expect(progressWithWait([...runs(99, 'PROCESSED', 100), run('PROCESSING', 1)], 100).waitSeconds).toBe(65);
  });

  it('never proposes more than a quarter of an hour', () => {
    expect(progressWithWait([run('PROCESSED', 60), ...runs(999, 'PENDING')], 1000).waitSeconds).toBe(900);
  });

  it('makes sense of clocks that are ahead and of dates that are none', () => {
    const odd = { id: 'x', status: 'PROCESSED', createdAt: 'yesterday', startTime: new Date(T + 5000).toISOString() };
    expect(progressOf([odd, { ...odd, startTime: null }], 4, T).secondsLeft).toBe(0);
  });
});
