import fc from 'fast-check';
import { ExtendApiFailure, parseRetryAfter, readErrorAnswer } from '../../extend/api/errors';
import { MAX_TRIES, mayRetry, retryDelayMs } from '../../extend/api/retry';
import { isFailure, isTerminal } from '../../extend/api/statuses';
import { mapBounded } from '../../extend/concurrency';

const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('error answers', () => {
  const read = (body: unknown, headers: Record<string, unknown> = {}) => readErrorAnswer({ status: 422, headers, body }, NOW);

  it.each<[string, unknown]>([
    ['flat', { code: 'INVALID_REQUEST', message: 'Bad url', retryable: false, requestId: 'req_1' }],
    ['nested', { error: { code: 'INVALID_REQUEST', message: 'Bad url', requestId: 'req_1' } }],
    ['as text', '{"code":"INVALID_REQUEST","message":"Bad url","requestId":"req_1"}'],
  ])('are read when %s', (_, body) => {
    expect(read(body)).toMatchObject({ kind: 'http', status: 422, code: 'INVALID_REQUEST', message: 'Bad url', requestId: 'req_1' });
  });

  it.each<[string, unknown, string]>([
    ['legacy', { success: false, error: 'Nope' }, 'Nope'],
    ['a plain error', { error: 'Too many' }, 'Too many'],
    ['HTML', '<html><body>502</body></html>', 'Extend answered with status 422'],
    ['empty', '', 'Extend answered with status 422'],
    ['null', null, 'Extend answered with status 422'],
    ['a list', [1], 'Extend answered with status 422'],
  ])('have a message when the body is %s', (_, body, message) => {
    expect(read(body, { 'x-extend-request-id': 'req_h' })).toMatchObject({ message, requestId: 'req_h' });
  });

  it('carry the time Extend asks to wait', () => {
    expect(parseRetryAfter('3', NOW)).toBe(3000);
    expect(parseRetryAfter(['0.5', '9'], NOW)).toBe(500);
    expect(parseRetryAfter('Tue, 24 Nov 2026 12:00:07 GMT', NOW)).toBe(7000);
    expect(parseRetryAfter('Tue, 24 Nov 2026 11:00:00 GMT', NOW)).toBe(0);
    expect(parseRetryAfter('soon', NOW)).toBeUndefined();
    expect(parseRetryAfter(undefined, NOW)).toBeUndefined();
  });
});

describe('retry', () => {
  const http = (status: number, more = {}) => new ExtendApiFailure({ kind: 'http', status, message: '', ...more });
  const lost = new ExtendApiFailure({ kind: 'timeout', message: '' });

  it('re-sends what starts work only after 429', () => {
    const tried = [429, 400, 408, 500, 502, 503].filter((status) => mayRetry('start', http(status)));
    expect(tried).toEqual([429]);
    expect(mayRetry('start', lost)).toBe(false);
    expect(mayRetry('start', http(500, { retryable: true }))).toBe(false);
  });

  it.each(['read', 'write'] as const)('re-sends a %s after everything that may pass', (effect) => {
    expect([408, 429, 500, 502, 503, 504].every((status) => mayRetry(effect, http(status)))).toBe(true);
    expect([400, 401, 402, 403, 404, 422].some((status) => mayRetry(effect, http(status)))).toBe(false);
    expect(mayRetry(effect, http(409, { retryable: true }))).toBe(true);
    expect(mayRetry(effect, http(409))).toBe(false);
    expect(mayRetry(effect, http(500, { retryable: false }))).toBe(false);
    for (const status of [400, 401, 402, 403, 404, 413, 422]) expect([status, mayRetry(effect, http(status, { retryable: true }))]).toEqual([status, false]);
    expect(mayRetry(effect, lost)).toBe(true);
    expect(mayRetry(effect, new ExtendApiFailure({ kind: 'network', message: '', retryable: false }))).toBe(false);
  });

  it('waits as long as Extend asks, else ever longer, never over a minute, and gives up', () => {
    expect(retryDelayMs('read', http(429, { retryAfterMs: 7000 }), 1, 0.5)).toBe(7000);
    expect(retryDelayMs('read', http(429, { retryAfterMs: 1e9 }), 1, 0.5)).toBe(60_000);
    const delays = [1, 2, 3, 4, 5].map((tries) => retryDelayMs('read', lost, tries, 1));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(retryDelayMs('read', lost, MAX_TRIES, 1)).toBeUndefined();
  });
});

describe('statuses', () => {
  it('end a wait unless the run is on its way, also when unknown today', () => {
    expect(['PENDING', 'PROCESSING', 'CANCELLING'].some(isTerminal)).toBe(false);
    expect(['PROCESSED', 'FAILED', 'CANCELLED', 'REJECTED', 'NEEDS_REVIEW', 'ARCHIVED'].every(isTerminal)).toBe(true);
    expect(['FAILED', 'CANCELLED', 'REJECTED'].every(isFailure)).toBe(true);
    expect(['PROCESSED', 'NEEDS_REVIEW', 'ARCHIVED'].some(isFailure)).toBe(false);
  });
});

describe('mapBounded', () => {
  it('runs everything once, in order of start, never more at once than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), async (delays, limit) => {
        let running = 0;
        let most = 0;
        const started: number[] = [];
        const results = await mapBounded(delays, limit, async (delay, index) => {
          started.push(index);
          most = Math.max(most, ++running);
          for (let i = 0; i < delay; i++) await Promise.resolve();
          running--;
          return index;
        });
        expect(results).toEqual(delays.map((_, i) => i));
        expect(started).toEqual(results);
        expect(most).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('starts nothing more after an error', async () => {
    const started: number[] = [];
    const task = async (entry: number) => {
      started.push(entry);
      await Promise.resolve();
      if (entry === 1) throw new Error('no');
    };
    await expect(mapBounded([0, 1, 2, 3, 4, 5], 2, task)).rejects.toThrow('no');
    expect(started.length).toBeLessThan(5);
  });
});
