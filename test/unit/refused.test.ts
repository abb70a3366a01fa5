import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import { MAX_ISOLATED, namedInput } from '../../extend/submission/bisect';
import { plan } from '../support/plan';
import { submit, type SubmitPort } from '../../extend/submission/submit';
import type { BatchInput } from '../../extend/submission/submitters';
import { batch, byFileId, FakeServer, inputs, itemsOf, numberOf, origin } from './fakeServer';

/** Requests that find one bad input among so many. */
const mostFor = (n: number): number => 2 * Math.ceil(Math.log2(n)) + 1;

const anyBatch = fc.integer({ min: 1, max: 1000 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n - 1)));

describe('a refused batch', () => {
  it('loses the input that the error names, and no other, with three requests', async () => {
    const server = new FakeServer();
    server.bad.add(417);
    server.names = 'place';
    const outcomes = await server.submit(inputs(1000));
    expect(itemsOf(outcomes, 'rejected')).toEqual([417]);
    expect(itemsOf(outcomes, 'accepted')).toHaveLength(999);
    expect(server.requests).toHaveLength(3);
  });

  it('finds a bad input by halves when the error names none, with at most 2⌈log₂n⌉ + 1 requests, wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, async ([n, bad]) => {
        const server = new FakeServer();
        server.bad.add(bad);
        const outcomes = await server.submit(inputs(n));
        expect(itemsOf(outcomes, 'rejected')).toEqual([bad]);
        expect(itemsOf(outcomes, 'accepted')).toHaveLength(n - 1);
        expect(server.requests.length).toBeLessThanOrEqual(mostFor(n));
      }),
    );
  });

  it.each([2, 3, 100, 1000])('sends nothing of which it is known that it would be refused: the last of %i takes ⌈log₂n⌉ + 2 requests', async (n) => {
    const server = new FakeServer();
    server.bad.add(n - 1);
    expect(itemsOf(await server.submit(inputs(n)), 'rejected')).toEqual([n - 1]);
    // The whole, the first half of every part, and the bad one alone.
    expect(server.requests).toHaveLength(Math.ceil(Math.log2(n)) + 2);
  });

  it('finds it as well when the error names another one', async () => {
    const server = new FakeServer();
    server.bad.add(417);
    server.names = 'wrongPlace';
    const outcomes = await server.submit(inputs(1000));
    expect(itemsOf(outcomes, 'rejected')).toEqual([417]);
    expect(server.runs).toHaveLength(999);
    expect(server.requests.length).toBeLessThanOrEqual(mostFor(1000));
  });

  it('finds it with no more requests whichever place the error names, because halves leave room for one that is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.integer({ min: -1000, max: 1000 }), async ([n, bad], wrongBy) => {
        const server = new FakeServer();
        server.bad.add(bad);
        Object.assign(server, { names: 'wrongPlace', wrongBy });
        const outcomes = await server.submit(inputs(n));
        expect(itemsOf(outcomes, 'rejected')).toEqual([bad]);
        expect(server.runs).toHaveLength(n - 1);
        expect(server.requests.length).toBeLessThanOrEqual(mostFor(n));
      }),
    );
  });

  it('finds k bad inputs with at most 2k⌈log₂n⌉ + 1 requests, each of them sent alone, and loses no other', async () => {
    const names = fc.constantFrom('place', 'wrongPlace', 'file', 'nothing');
    const anyBad = anyBatch.chain(([n]) => fc.tuple(fc.constant(n), fc.uniqueArray(fc.nat(n - 1), { minLength: 1, maxLength: MAX_ISOLATED - 1 })));
    await fc.assert(
      fc.asyncProperty(anyBad, names, fc.integer({ min: -9, max: 9 }), async ([n, bad], how, wrongBy) => {
        const server = new FakeServer();
        Object.assign(server, { bad: new Set(bad), names: how, wrongBy });
        const outcomes = await server.submit(byFileId(n));
        const inOrder = [...bad].sort((a, b) => a - b);
        expect(itemsOf(outcomes, 'rejected')).toEqual(inOrder);
        expect(outcomes.filter(({ kind }) => kind === 'rejected')).toHaveLength(bad.length);
        expect(itemsOf(outcomes, 'accepted')).toEqual(inputs(n).map(({ itemIndex }) => itemIndex).filter((item) => !bad.includes(item)));
        expect(server.runs).toHaveLength(n - bad.length);
        expect(server.requests.length).toBeLessThanOrEqual(2 * bad.length * Math.ceil(Math.log2(n)) + 1);
      }),
    );
  });

  it.each([
    [400, 'file', 3],
    [404, 'file', 3],
    [404, 'nothing', mostFor(100)],
  ] as const)('finds an unknown file ID after %i that names %s', async (refusal, names, most) => {
    const server = new FakeServer();
    server.bad.add(42);
    Object.assign(server, { refusal, names });
    const outcomes = await server.submit(byFileId(100));
    expect(itemsOf(outcomes, 'rejected')).toEqual([42]);
    expect(server.requests.length).toBeLessThanOrEqual(most);
  });

  it.each([
    [404, 'The workflow was not found'],
    [400, 'Unrecognized key. Path: priority'],
  ])('is not taken apart when %i is about something else: %s', async (status, message) => {
    const server = new FakeServer();
    let requests = 0;
    const post = async () => {
      requests++;
      throw new ExtendApiFailure({ kind: 'http', status, message });
    };
    const outcomes = await submit(plan(byFileId(100)), batch, { ...server.port, post }, { origin, concurrency: 1, stopAtFirstFailure: false, searchTimeoutMs: 0 });
    expect(itemsOf(outcomes, 'rejected')).toHaveLength(100);
    expect(requests).toBe(1);
  });

  it('accounts for every input once and bounds its requests, whichever inputs are bad', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 120 }), fc.uniqueArray(fc.nat(119), { maxLength: 30 }), fc.boolean(), async (n, bad, names) => {
        const server = new FakeServer();
        server.bad = new Set(bad);
        server.names = names ? 'place' : 'nothing';
        const outcomes = await server.submit(inputs(n), {}, 50);
        const all = [...itemsOf(outcomes, 'accepted'), ...itemsOf(outcomes, 'rejected')].sort((a, b) => a - b);
        expect(all).toEqual(inputs(n).map(({ itemIndex }) => itemIndex));
        expect(server.runs.map(({ metadata }) => (metadata?.n8n as { itemIndex: number }).itemIndex).sort((a, b) => a - b)).toEqual(itemsOf(outcomes, 'accepted'));
        const found = bad.filter((item) => item < n).length;
        if (found <= MAX_ISOLATED) expect(itemsOf(outcomes, 'rejected')).toEqual(bad.filter((item) => item < n).sort((a, b) => a - b));
        expect(server.requests.length).toBeLessThanOrEqual(Math.ceil(n / 50) + found * 2 * Math.ceil(Math.log2(50)));
      }),
    );
  });

  it('is not torn into a thousand requests when every input is refused, and the batches after it not at all', async () => {
    const server = new FakeServer();
    server.bad = new Set(inputs(10_000).map(({ itemIndex }) => itemIndex));
    const outcomes = await server.submit(inputs(10_000));
    expect(itemsOf(outcomes, 'rejected')).toHaveLength(10_000);
    expect(server.requests.length).toBeLessThan(100 + 9);
    const alone = outcomes.filter(({ chunk }) => chunk.inputs.length === 1);
    // The last one was waiting already when the twentieth was refused.
    expect(alone.length - MAX_ISOLATED).toBeLessThanOrEqual(1);
    expect(outcomes.filter((outcome) => !alone.includes(outcome))).toEqual(
      outcomes.filter((outcome) => 'untried' in outcome && outcome.untried),
    );
  });

  it.each([true, false])('is halved when it is too large, also when the first failure stops everything: %s', async (stopAtFirstFailure) => {
    const server = new FakeServer();
    server.maxBytes = 20_000;
    const outcomes = await server.submit(inputs(500), { stopAtFirstFailure });
    expect(itemsOf(outcomes, 'accepted')).toEqual(inputs(500).map(({ itemIndex }) => itemIndex));
    expect(outcomes.flatMap(({ chunk }) => chunk.inputs.map(({ itemIndex }) => itemIndex))).toEqual(inputs(500).map(({ itemIndex }) => itemIndex));
  });

  it('stays whole when the first failure is to stop everything', async () => {
    const server = new FakeServer();
    server.bad.add(1);
    expect(itemsOf(await server.submit(inputs(10), { stopAtFirstFailure: true }), 'rejected')).toHaveLength(10);
    expect(server.requests).toHaveLength(1);
  });

  it.each([401, 402, 403])('sends nothing more after %i, not even batches that wait for their turn', async (status) => {
    const server = new FakeServer();
    const failure = new ExtendApiFailure({ kind: 'http', status, message: 'no' });
    let sent = 0;
    const post: SubmitPort['post'] = async (_body, _inputs, unless) => {
      // The first answer comes while the others wait.
      for (let i = 0; i < sent * 10 + (sent > 0 ? 10 : 0); i++) await Promise.resolve();
      const reason = unless();
      if (reason) throw reason;
      sent++;
      await Promise.resolve();
      throw failure;
    };
    const waiting: SubmitPort['post'] = async (body, count, unless) => {
      if ((body.inputs as BatchInput[]).some(({ file }) => numberOf(file) > 0)) for (let i = 0; i < 50; i++) await Promise.resolve();
      return await post(body, count, unless);
    };
    const outcomes = await submit(plan(inputs(8), { maxInputs: 1 }), batch, { ...server.port, post: waiting }, { origin, concurrency: 4, stopAtFirstFailure: false, searchTimeoutMs: 0 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['rejected', ...Array<string>(7).fill('notSent')]);
    expect(sent).toBe(1);
  });

  it('reads the place of an input in the ways a path may be written', () => {
    const place = (message: string) => namedInput(new ExtendApiFailure({ kind: 'http', message }));
    expect([place('Path: inputs[12].file'), place('inputs.3.metadata is wrong'), place('/inputs/0/file'), place('["inputs", 7, "file"]')]).toEqual([12, 3, 0, 7]);
    expect([place('bad inputs'), place('inputs: at most 1000')]).toEqual([undefined, undefined]);
  });
});
