import { ExtendApiFailure } from '../../extend/api/errors';
import { MAX_PAGES, MAX_READS } from '../../extend/submission/findLost';
import type { Outcome } from '../../extend/submission/outcome';
import { plan } from '../support/plan';
import { submit } from '../../extend/submission/submit';
import { batch, FakeServer, inputs, itemsOf, origin } from './fakeServer';

describe('a batch whose answer is lost', () => {
  it.each([0, 5000, 30_000])('is found when it was taken, with a list delay of %i ms', async (listDelayMs) => {
    const server = new FakeServer();
    server.listDelayMs = listDelayMs;
    server.lost = { 2: 'after' };
    const outcomes = await server.submit(inputs(30), {}, 10);
    expect(itemsOf(outcomes, 'accepted')).toHaveLength(30);
    expect(server.runs).toHaveLength(30);
    expect(server.requests).toHaveLength(3);
  });

  it('is told from the batches of other people and from older ones', async () => {
    const server = new FakeServer();
    server.addBatch('w', [{ n8n: { executionId: '1', nodeName: 'E', itemIndex: 0, submissionKey: 'other', of: 1 } }]);
    server.addBatch('w', [null]);
    server.lost = { 1: 'after' };
    const [outcome] = await server.submit(inputs(2));
    server.addBatch('w', [{ someone: 'else' }]);
    expect(outcome).toMatchObject({ kind: 'accepted', batchId: 'batch_2' });
  });

  it('is reported as unknown, once, when it does not show up; nothing is sent again', async () => {
    const server = new FakeServer();
    server.lost = { 1: 'before' };
    const outcomes = await server.submit(inputs(5));
    expect(itemsOf(outcomes, 'unknown')).toHaveLength(5);
    expect(server.requests).toHaveLength(1);
    expect(server.clock).toBeGreaterThanOrEqual(1_060_000);
  });

  it('is sent once more when the user takes the risk', async () => {
    const server = new FakeServer();
    server.lost = { 1: 'before', 2: 'before' };
    const [unknown] = await server.submit(inputs(5), { resendUnknown: true });
    expect(itemsOf([unknown as Outcome], 'unknown')).toHaveLength(5);
    expect(unknown).toMatchObject({ submissionKey: expect.any(String), resent: expect.any(String) });
    expect(server.requests).toHaveLength(2);
    const luckier = new FakeServer();
    luckier.lost = { 1: 'before' };
    expect(itemsOf(await luckier.submit(inputs(5), { resendUnknown: true }), 'accepted')).toHaveLength(5);
  });

  it('stays unknown when the second one is refused, because the first one may have been taken', async () => {
    const server = new FakeServer();
    let sent = 0;
    const post = async () => {
      throw new ExtendApiFailure(sent++ === 0 ? { kind: 'timeout', message: 'lost' } : { kind: 'http', status: 402, message: 'no credits' });
    };
    const outcomes = await submit(plan(inputs(5)), batch, { ...server.port, post }, { origin, concurrency: 1, stopAtFirstFailure: false, searchTimeoutMs: 0, resendUnknown: true });
    expect(sent).toBe(2);
    expect(outcomes).toMatchObject([{ kind: 'unknown', failure: { kind: 'timeout' }, resent: expect.any(String) }]);
  });

  const why = ([outcome]: Outcome[]) => outcome && 'why' in outcome && outcome.why;

  it('cannot be looked for without correlation metadata, and says so at once', async () => {
    const server = new FakeServer();
    server.lost = { 1: 'after' };
    expect(why(await server.submit(inputs(2), { origin: undefined }))).toBe('noCorrelation');
    expect([server.clock, server.lists]).toEqual([1_000_000, 0]);
  });

  it("cannot be looked for where the user's own metadata takes its place, and says so at once", async () => {
    const server = new FakeServer();
    server.lost = { 1: 'after' };
    const given = inputs(3).map((input, i) => (i === 1 ? { ...input, metadata: { n8n: 'mine' } } : input));
    expect(why(await server.submit(given))).toBe('ownKey');
    expect(server.lists).toBe(0);
  });

  it('is looked for page by page, and every other batch is read once, however many looks it takes', async () => {
    const server = new FakeServer();
    server.pageSize = 3;
    server.listDelayMs = 20_000;
    for (let i = 0; i < 6; i++) server.addBatch('w', [{ someone: i }, { someone: i }]);
    server.clock += 20_000;
    server.lost = { 1: 'after' };
    const [outcome] = await server.submit(inputs(2));
    expect(outcome).toMatchObject({ kind: 'accepted', batchId: 'batch_12' });
    expect(server.lists).toBeGreaterThan(3);
    expect(server.gets).toHaveLength(6 + 1);
  });

  it('shares what it read with the other lost ones', async () => {
    const server = new FakeServer();
    for (let i = 0; i < 6; i++) server.addBatch('w', [{ someone: i }]);
    server.lost = { 1: 'after', 2: 'after', 3: 'after' };
    const outcomes = await server.submit(inputs(3), {}, 1);
    expect(itemsOf(outcomes, 'accepted')).toEqual([0, 1, 2]);
    expect(server.gets).toHaveLength(3);
  });

  it.each([-30, -6, 6, 30])('is found when the server’s clock is %i minutes ahead', async (minutes) => {
    const server = new FakeServer();
    server.ahead = minutes * 60_000;
    server.lost = { 1: 'after' };
    expect(itemsOf(await server.submit(inputs(2)), 'accepted')).toHaveLength(2);
  });

  it('ends the look at runs that are older than the submission', async () => {
    const server = new FakeServer();
    for (let i = 0; i < 50; i++) server.addBatch('w', [{ someone: i }]);
    server.clock += 60 * 60_000;
    server.lost = { 1: 'before' };
    const begin = server.clock;
    expect(why(await server.submit(inputs(1), { searchTimeoutMs: 40_000 }))).toBe('notFound');
    // Not a moment longer than asked for.
    expect(server.clock - begin).toBe(40_000);
    const looks = server.lists;
    server.listMs = 100_000;
    server.lost = { 2: 'before' };
    expect(why(await server.submit(inputs(1), { searchTimeoutMs: 40_000 }))).toBe('notFound');
    // After a look that took longer than that there is one more, since the batch may have been listed meanwhile.
    expect(server.lists - looks).toBe(2);
    expect(server.gets).toEqual([]);
  });

  it('is given up after a bounded number of reads and pages when the workflow has very many other batches', async () => {
    const manyBatches = new FakeServer();
    for (let i = 0; i < 1000; i++) manyBatches.addBatch('w', [{ someone: i }]);
    manyBatches.lost = { 1: 'before' };
    manyBatches.pageSize = 1000;
    expect(why(await manyBatches.submit(inputs(1)))).toBe('tooMuch');
    expect(manyBatches.gets).toHaveLength(MAX_READS);

    const manyRuns = new FakeServer();
    manyRuns.addBatch('w', Array.from({ length: 10 * MAX_PAGES }, () => null));
    manyRuns.lost = { 1: 'before' };
    expect(why(await manyRuns.submit(inputs(1)))).toBe('tooMuch');
    expect(manyRuns.lists).toBe(1);
  });

  it('is looked for again when a look fails, and not when looking is pointless', async () => {
    const http = (status: number) => new ExtendApiFailure({ kind: 'http', status, message: '' });
    const shaky = new FakeServer();
    shaky.lost = { 1: 'after' };
    shaky.listFailures = [http(500), http(503)];
    expect(itemsOf(await shaky.submit(inputs(1)), 'accepted')).toEqual([0]);
    const revoked = new FakeServer();
    revoked.lost = { 1: 'after' };
    revoked.listFailures = [http(401)];
    expect(why(await revoked.submit(inputs(1)))).toBe('lookFailed');
    expect([revoked.lists, revoked.clock]).toEqual([1, 1_000_000]);
    const down = new FakeServer();
    down.lost = { 1: 'after' };
    down.listFailures = Array.from({ length: 100 }, () => http(500));
    expect(why(await down.submit(inputs(1)))).toBe('lookFailed');
  });

  it('is found by another of its runs when the first one was deleted meanwhile', async () => {
    const server = new FakeServer();
    server.lost = { 1: 'after' };
    server.gone.add('run_2');
    expect(itemsOf(await server.submit(inputs(3)), 'accepted')).toHaveLength(3);
  });
});
