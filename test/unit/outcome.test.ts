import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { BatchRequest, WorkflowRun, WorkflowRunSummary } from '../../extend/api/types';
import { MAX_ISOLATED, namedInput } from '../../extend/batch/isolate';
import { plan } from '../../extend/batch/plan';
import { type Outcome, submit, type SubmitOptions, type SubmitPort, type UploadedInput } from '../../extend/batch/submit';

const origin = { executionId: '42', nodeName: 'Extend' };

const inputs = (length: number): UploadedInput[] =>
  Array.from({ length }, (_, itemIndex) => ({ itemIndex, workflow: { id: 'w' }, file: { text: String(itemIndex) } }));

/** A server on a virtual clock that refuses batches with bad inputs and may lose answers after the work is done. */
class FakeServer {
  clock = 1_000_000;
  requests: BatchRequest[] = [];
  runs: Array<WorkflowRun & { createdAt: string; at: number }> = [];
  /** Answers lost, by number of the request: before the work or after it. */
  lost: Record<number, 'before' | 'after'> = {};
  listDelayMs = 0;
  maxBytes = Infinity;
  bad = new Set<number>();
  namesInput = false;

  readonly port: SubmitPort = {
    now: () => this.clock,
    sleep: async (ms) => {
      this.clock += ms;
    },
    newSubmissionKey: () => `key_${this.requests.length}`,
    clockAheadMs: () => 0,
    newestRuns: (workflowId) => this.newest(workflowId),
    getRun: async (id) => this.runs.find((run) => run.id === id) as WorkflowRun,
    post: async (request) => this.take(request),
  };

  private async *newest(workflowId: string): AsyncGenerator<WorkflowRunSummary[]> {
    const shown = this.runs.filter((run) => run.workflow?.id === workflowId && run.at + this.listDelayMs <= this.clock);
    for (const run of [...shown].reverse()) yield [{ ...run, metadata: undefined } as WorkflowRunSummary];
  }

  addBatch(workflowId: string, metadata: Array<WorkflowRun['metadata']>): string {
    const batchId = `batch_${this.runs.length}`;
    for (const own of metadata) {
      const createdAt = new Date(this.clock).toISOString();
      this.runs.push({ id: `run_${this.runs.length}`, status: 'PROCESSING', batchId, metadata: own, workflow: { id: workflowId, name: '' }, createdAt, at: this.clock });
    }
    return batchId;
  }

  private take(request: BatchRequest): string {
    const number = this.requests.push(request);
    if (JSON.stringify(request).length > this.maxBytes) throw new ExtendApiFailure({ kind: 'http', status: 413, message: 'too large' });
    const bad = request.inputs.findIndex(({ file }) => this.bad.has(Number((file as { text: string }).text)));
    if (bad >= 0) {
      throw new ExtendApiFailure({ kind: 'http', status: 400, message: this.namesInput ? `Not good. Path: inputs[${bad}].file` : 'Not good' });
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
    server.namesInput = true;
    const outcomes = await server.submit(inputs(1000));
    expect(itemsOf(outcomes, 'rejected')).toEqual([417]);
    expect(itemsOf(outcomes, 'accepted')).toHaveLength(999);
    expect(server.requests).toHaveLength(3);
  });

  it.each([0, 500, 999])('finds the bad input %i by halves when the error names none', async (bad) => {
    const server = new FakeServer();
    server.bad.add(bad);
    const outcomes = await server.submit(inputs(1000));
    expect(itemsOf(outcomes, 'rejected')).toEqual([bad]);
    expect(server.requests.length).toBeLessThanOrEqual(2 * Math.log2(1000) + 2);
  });

  it('accounts for every input once and bounds its requests, whichever inputs are bad', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 120 }), fc.uniqueArray(fc.nat(119), { maxLength: 30 }), fc.boolean(), async (n, bad, names) => {
        const server = new FakeServer();
        server.bad = new Set(bad);
        server.namesInput = names;
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

  it('is not torn into a thousand requests when every input is refused', async () => {
    const server = new FakeServer();
    server.bad = new Set(inputs(1000).map(({ itemIndex }) => itemIndex));
    const outcomes = await server.submit(inputs(1000));
    expect(itemsOf(outcomes, 'rejected')).toHaveLength(1000);
    expect(server.requests.length).toBeLessThan(100);
  });

  it('is halved when it is too large', async () => {
    const server = new FakeServer();
    server.maxBytes = 20_000;
    const outcomes = await server.submit(inputs(500));
    expect(itemsOf(outcomes, 'accepted')).toEqual(inputs(500).map(({ itemIndex }) => itemIndex));
  });

  it('stays whole when the first failure is to stop everything', async () => {
    const server = new FakeServer();
    server.bad.add(1);
    expect(itemsOf(await server.submit(inputs(10), { stopAtFirstFailure: true }), 'rejected')).toHaveLength(10);
    expect(server.requests).toHaveLength(1);
  });

  it('reads the place of an input in the ways a path may be written', () => {
    const place = (message: string) => namedInput(new ExtendApiFailure({ kind: 'http', message }));
    expect([place('Path: inputs[12].file'), place('inputs.3.metadata is wrong'), place('/inputs/0/file'), place('bad inputs')]).toEqual([12, 3, 0, undefined]);
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
    expect(itemsOf(await server.submit(inputs(5), { resendUnknown: true }), 'unknown')).toHaveLength(5);
    expect(server.requests).toHaveLength(2);
    const luckier = new FakeServer();
    luckier.lost = { 1: 'before' };
    expect(itemsOf(await luckier.submit(inputs(5), { resendUnknown: true }), 'accepted')).toHaveLength(5);
  });

  it('cannot be looked for without correlation metadata, so it is reported at once', async () => {
    const server = new FakeServer();
    server.lost = { 1: 'after' };
    expect(itemsOf(await server.submit(inputs(2), { origin: undefined }), 'unknown')).toHaveLength(2);
    expect(server.clock).toBe(1_000_000);
  });
});
