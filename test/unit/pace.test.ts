import fc from 'fast-check';
import { Pace } from '../../extend/api/pace';
import { VirtualClock } from '../support/virtualClock';

/** Most requests in any window of a second. */
const mostPerSecond = (times: number[]): number =>
  Math.max(0, ...times.map((time, i) => times.slice(i).filter((later) => later < time + 1000).length));

/** Takes turns and notes when they came. */
const takeTurns = (pace: Pace, clock: VirtualClock, owner: object, count: number, sent: number[] = []): number[] => {
  for (let i = 0; i < count; i++) void pace.queue(owner).ready.then(() => sent.push(clock.now()));
  return sent;
};

describe('the pace', () => {
  it('keeps any second below the limit, however requests come and however late the process wakes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat(400), { maxLength: 60 }),
        fc.array(fc.nat(300), { minLength: 1, maxLength: 10 }),
        async (rate, gaps, late) => {
          let wakes = 0;
          const clock = new VirtualClock(() => late[wakes++ % late.length] ?? 0);
          const pace = new Pace(rate, clock);
          const sent: number[] = [];
          const ask = async () => {
            for (const gap of gaps) {
              await clock.sleep(gap);
              takeTurns(pace, clock, pace, 1, sent);
            }
          };
          void ask();
          await clock.run();
          expect(sent).toHaveLength(gaps.length);
          expect(mostPerSecond(sent)).toBeLessThanOrEqual(rate);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([10, 25, 75])('uses more than 95 %% of %i requests per second', async (rate) => {
    const clock = new VirtualClock(() => 2);
    const sent = takeTurns(new Pace(rate, clock), clock, {}, 20 * rate);
    await clock.run();
    expect((sent.length - 1) / ((sent.at(-1) as number) / 1000) / rate).toBeGreaterThan(0.95);
  });

  it('spreads requests evenly and sends the first at once', async () => {
    const clock = new VirtualClock();
    const sent = takeTurns(new Pace(10, clock), clock, {}, 4);
    await clock.run();
    expect(sent.map((time) => Math.round(time / 10))).toEqual([0, 10, 21, 31]);
  });

  it('is shared fairly: who has one request waiting is not behind the fifty of another', async () => {
    const clock = new VirtualClock();
    const pace = new Pace(10, clock);
    const [many, few, one] = [{}, {}, {}];
    takeTurns(pace, clock, many, 50);
    await clock.run(1000);
    const fewSent = takeTurns(pace, clock, few, 5);
    const oneSent = takeTurns(pace, clock, one, 1);
    await clock.run();
    expect(oneSent[0]).toBeLessThan(1400);
    expect(fewSent.at(-1)).toBeLessThan(2200);
  });

  it('gives the turns of a stopped execution to the others, and takes none for it', async () => {
    const clock = new VirtualClock();
    const pace = new Pace(10, clock);
    const stopped = Array.from({ length: 40 }, () => pace.queue(clock));
    let granted = 0;
    for (const { ready } of stopped) void ready.then(() => granted++);
    const other = takeTurns(pace, clock, {}, 2);
    await clock.run(150);
    for (const { leave } of stopped) leave();
    const before = granted;
    await clock.run();
    expect(granted).toBe(before);
    expect(other.at(-1)).toBeLessThan(400);
    const later = takeTurns(pace, clock, {}, 1);
    await clock.run();
    expect(later).toHaveLength(1);
  });
});

describe('after an answer of 429, the pace', () => {
  /** Requests per second that pass between two times. */
  const perSecond = (sent: number[], from: number, to: number): number =>
    sent.filter((time) => time >= from && time < to).length / ((to - from) / 1000);

  it('is a little slower once, and the plan’s again within seconds', async () => {
    const clock = new VirtualClock();
    const pace = new Pace(100, clock);
    const sent = takeTurns(pace, clock, {}, 3000);
    await clock.run(1000);
    pace.tooFast(clock.now(), 1000);
    await clock.run(20_000);
    expect(perSecond(sent, 1000, 3000)).toBeLessThan(96);
    expect(perSecond(sent, 1000, 3000)).toBeGreaterThan(90);
    expect(perSecond(sent, 12_000, 20_000)).toBeGreaterThan(96);
  });

  it('stops for as long as Extend asks when another one follows, and is slower the more there are', async () => {
    const clock = new VirtualClock();
    const pace = new Pace(100, clock);
    const sent = takeTurns(pace, clock, {}, 30_000);
    await clock.run(1000);
    pace.tooFast(clock.now(), 1000);
    pace.tooFast(clock.now() - 10, 1000);
    await clock.run(2000);
    pace.tooFast(clock.now(), 3000);
    await clock.run(6000);
    expect(perSecond(sent, 2001, 5000)).toBe(0);
    expect(perSecond(sent, 5000, 6000)).toBeCloseTo(87, -1);
    pace.tooFast(clock.now(), 0);
    pace.tooFast(clock.now(), 1000);
    await clock.run(150_000);
    expect(perSecond(sent, 6001, 7000)).toBe(0);
    expect(perSecond(sent, 7000, 9000)).toBeCloseTo(49, -1);
    expect(perSecond(sent, 120_000, 150_000)).toBeGreaterThan(96);
  });

  it('never stands still for good', async () => {
    const clock = new VirtualClock();
    const pace = new Pace(10, clock);
    const sent = takeTurns(pace, clock, {}, 30);
    for (let i = 0; i < 20; i++) pace.tooFast(clock.now(), 0);
    await clock.run(10_500);
    expect(sent.length).toBeGreaterThanOrEqual(10);
  });

  /** Requests through a server that refuses more than a number per second, half of it used up by somebody else. */
  async function against(limit: number, pace: Pace, clock: VirtualClock, ms: number) {
    const taken: number[] = [];
    let refused = 0;
    const request = async () => {
      for (;;) {
        await pace.queue(request).ready;
        const sentAt = clock.now();
        await clock.sleep(20);
        while ((taken[0] ?? Infinity) <= clock.now() - 1000) taken.shift();
        const full = taken.length >= limit;
        if (!full) taken.push(clock.now());
        await clock.sleep(20);
        if (!full) continue;
        refused++;
        pace.tooFast(sentAt, 1000);
        await clock.sleep(1000);
      }
    };
    let passed = 0;
    const count = taken.push.bind(taken);
    taken.push = (...times: number[]) => (passed++, count(...times));
    for (let i = 0; i < 10; i++) void request();
    await clock.run(ms);
    return { passed, refused };
  }

  it('finds the rate that is left when others use up the limit, with few refusals', async () => {
    const clock = new VirtualClock();
    const { passed, refused } = await against(12, new Pace(25, clock), clock, 300_000);
    expect(passed / 300).toBeGreaterThan(12 * 0.75);
    expect(refused / (passed + refused)).toBeLessThan(0.01);
  });

  it('comes down within seconds from a plan that is set much too high', async () => {
    const clock = new VirtualClock();
    const { passed, refused } = await against(10, new Pace(500, clock), clock, 60_000);
    expect(passed / 60).toBeGreaterThan(5);
    expect(refused).toBeLessThan(100);
  });
});
