import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { BatchRequest, WorkflowRun, WorkflowRunSummary } from '../../extend/api/types';
import { MAX_ISOLATED, namedInput } from '../../extend/submission/bisect';
import { plan } from '../../extend/submission/plan';
import { MAX_PAGES, MAX_READS } from '../../extend/submission/findLost';
import { type Outcome, submit, type SubmitOptions, type SubmitPort, type UploadedInput } from '../../extend/submission/submit';

const origin = { executionId: '42', nodeName: 'Extend' };

const inputs = (length: number): UploadedInput[] =>
  Array.from({ length }, (_, itemIndex) => ({ itemIndex, workflow: { id: 'w' }, file: { text: String(itemIndex) } }));

const byFileId = (length: number): UploadedInput[] =>
  inputs(length).map((input) => ({ ...input, file: { id: `file_number_${input.itemIndex}.` } }));

const numberOf = (file: unknown): number => Number(/\d+/.exec(JSON.stringify(file))?.[0]);

/** A server on a virtual clock that refuses batches with bad inputs and may lose answers after the work is done. */
class FakeServer {
  clock = 1_000_000;
  requests: BatchRequest[] = [];
  runs: Array<WorkflowRun & { createdAt: string; at: number }> = [];
  /** Answers lost, by number of the request: before the work or after it. */
  lost: Record<number, 'before' | 'after'> = {};
  listDelayMs = 0;
  /** How long it takes to answer a list. */
  listMs = 0;
  maxBytes = Infinity;
  bad = new Set<number>();
  /** How an error names the bad input: by its place, by a place that is wrong by one, by its file, or not at all. */
  names: 'place' | 'wrongPlace' | 'file' | 'nothing' = 'nothing';
  refusal = 400;
  /** How far the server's clock is ahead of the client's. */
  ahead = 0;
  lists = 0;
  gets: string[] = [];
  /** Failures of the next lists. */
  listFailures: ExtendApiFailure[] = [];
  gone = new Set<string>();
  pageSize = 1;

  readonly port: SubmitPort = {
    now: () => this.clock,
    sleep: async (ms) => {
      this.clock += ms;
    },
    newSubmissionKey: () => `key_${this.requests.length}`,
    clockAheadMs: () => this.ahead,
    newestRuns: (workflowId) => this.newest(workflowId),
    getRun: async (id) => {
      this.gets.push(id);
      if (this.gone.has(id)) throw new ExtendApiFailure({ kind: 'http', status: 404, message: 'gone' });
      return this.runs.find((run) => run.id === id) as WorkflowRun;
    },
    post: async (request) => this.take(request),
  };

  private async *newest(workflowId: string): AsyncGenerator<WorkflowRunSummary[]> {
    this.lists++;
    this.clock += this.listMs;
    const failure = this.listFailures.shift();
    if (failure) throw failure;
    const shown = this.runs.filter((run) => run.workflow?.id === workflowId && run.at + this.listDelayMs <= this.clock).reverse();
    for (let i = 0; i < shown.length; i += this.pageSize) {
      yield shown.slice(i, i + this.pageSize).map((run) => ({ ...run, metadata: undefined }) as WorkflowRunSummary);
    }
  }

  addBatch(workflowId: string, metadata: Array<WorkflowRun['metadata']>): string {
    const batchId = `batch_${this.runs.length}`;
    for (const own of metadata) {
      const createdAt = new Date(this.clock + this.ahead).toISOString();
      this.runs.push({ id: `run_${this.runs.length}`, status: 'PROCESSING', batchId, metadata: own, workflow: { id: workflowId, name: '' }, createdAt, at: this.clock });
    }
    return batchId;
  }

  private take(request: BatchRequest): string {
    const number = this.requests.push(request);
    if (JSON.stringify(request).length > this.maxBytes) throw new ExtendApiFailure({ kind: 'http', status: 413, message: 'too large' });
    const bad = request.inputs.findIndex(({ file }) => this.bad.has(numberOf(file)));
    if (bad >= 0) {
      const { id } = request.inputs[bad]?.file as { id: string };
      const message = { nothing: 'Not good', place: `Not good. Path: inputs[${bad}].file`, wrongPlace: `Path: inputs[${bad + 1}].file`, file: `File ${id} was not found` };
      throw new ExtendApiFailure({ kind: 'http', status: this.refusal, message: message[this.names] });
    }
    if (this.lost[number] === 'before') throw new ExtendApiFailure({ kind: 'network', message: 'lost' });
    const batchId = this.addBatch(request.workflow.id, request.inputs.map(({ metadata }) => metadata));
    if (this.lost[number] === 'after') throw new ExtendApiFailure({ kind: 'timeout', message: 'lost' });
    return batchId;
  }

  async submit(given: UploadedInput[], more: Partial<SubmitOptions> = {}, maxInputs?: number): Promise<Outcome[]> {
    return await submit(plan(given, { maxInputs }), this.port, { origin, concurrency: 1, stopAtFirstFailure: false, patienceMs: 60_000, ...more });
  }
}

const itemsOf = (outcomes: Outcome[], kind: Outcome['kind']) =>
  outcomes.filter((outcome) => outcome.kind === kind).flatMap(({ chunk }) => chunk.inputs.map(({ itemIndex }) => itemIndex)).sort((a, b) => a - b);

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

  it('finds a bad input by halves when the error names none, with at most 2 log2(n) + 2 requests, wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n - 1))), async ([n, bad]) => {
        const server = new FakeServer();
        server.bad.add(bad);
        const outcomes = await server.submit(inputs(n));
        expect(itemsOf(outcomes, 'rejected')).toEqual([bad]);
        expect(itemsOf(outcomes, 'accepted')).toHaveLength(n - 1);
        expect(server.requests.length).toBeLessThanOrEqual(2 * Math.log2(n) + 2);
      }),
    );
  });

  it('finds it as well when the error names another one', async () => {
    const server = new FakeServer();
    server.bad.add(417);
    server.names = 'wrongPlace';
    const outcomes = await server.submit(inputs(1000));
    expect(itemsOf(outcomes, 'rejected')).toEqual([417]);
    expect(server.runs).toHaveLength(999);
    expect(server.requests.length).toBeLessThanOrEqual(2 * Math.log2(1000) + 3);
  });

  it.each([
    [400, 'file', 3],
    [404, 'file', 3],
    [404, 'nothing', 2 * Math.log2(100) + 2],
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
    const outcomes = await submit(plan(byFileId(100)), { ...server.port, post }, { origin, concurrency: 1, stopAtFirstFailure: false, patienceMs: 0 });
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
        expect(server.requests.length).toBeLessThanOrEqual(Math.ceil(n / 50) + found * (2 * Math.log2(50) + 2));
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
    const post: SubmitPort['post'] = async (_, unless) => {
      // The first answer comes while the others wait.
      for (let i = 0; i < sent * 10 + (sent > 0 ? 10 : 0); i++) await Promise.resolve();
      const reason = unless();
      if (reason) throw reason;
      sent++;
      await Promise.resolve();
      throw failure;
    };
    const waiting: SubmitPort['post'] = async (request, unless) => {
      if (request.inputs.some(({ file }) => numberOf(file) > 0)) for (let i = 0; i < 50; i++) await Promise.resolve();
      return await post(request, unless);
    };
    const outcomes = await submit(plan(inputs(8), { maxInputs: 1 }), { ...server.port, post: waiting }, { origin, concurrency: 4, stopAtFirstFailure: false, patienceMs: 0 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['rejected', ...Array<string>(7).fill('notSent')]);
    expect(sent).toBe(1);
  });

  it('reads the place of an input in the ways a path may be written', () => {
    const place = (message: string) => namedInput(new ExtendApiFailure({ kind: 'http', message }));
    expect([place('Path: inputs[12].file'), place('inputs.3.metadata is wrong'), place('/inputs/0/file'), place('["inputs", 7, "file"]')]).toEqual([12, 3, 0, 7]);
    expect([place('bad inputs'), place('inputs: at most 1000')]).toEqual([undefined, undefined]);
  });
});

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
    server.addBatch('w', [{ n8n: { executionId: '1', nodeName: 'E', itemIndex: 0, submission: 'other' } }]);
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
    expect(unknown).toMatchObject({ submission: expect.any(String), resent: expect.any(String) });
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
    const outcomes = await submit(plan(inputs(5)), { ...server.port, post }, { origin, concurrency: 1, stopAtFirstFailure: false, patienceMs: 0, resendUnknown: true });
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
    expect(why(await server.submit(inputs(1), { patienceMs: 40_000 }))).toBe('notFound');
    // Not a moment longer than asked for.
    expect(server.clock - begin).toBe(40_000);
    const looks = server.lists;
    server.listMs = 100_000;
    server.lost = { 2: 'before' };
    expect(why(await server.submit(inputs(1), { patienceMs: 40_000 }))).toBe('notFound');
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
