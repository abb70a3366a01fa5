import { ExtendApiFailure } from '../../extend/api/errors';
import type { JsonObject, RunSummary, TargetReference, WorkflowRun } from '../../extend/api/types';
import type { UploadedInput } from '../../extend/intake/draft';
import { workflow } from '../../extend/kinds/workflow';
import type { Outcome } from '../../extend/submission/outcome';
import { plan } from '../support/plan';
import { submit, type SubmitOptions, type SubmitPort } from '../../extend/submission/submit';
import { type BatchInput, batchOf } from '../../extend/submission/submitters';

export const batch = batchOf(workflow);

export const origin = { executionId: '42', nodeName: 'Extend' };

export const inputs = (length: number): UploadedInput[] =>
  Array.from({ length }, (_, itemIndex) => ({ itemIndex, target: { id: 'w' }, files: [{ text: String(itemIndex) }] }));

export const byFileId = (length: number): UploadedInput[] =>
  inputs(length).map((input) => ({ ...input, files: [{ id: `file_number_${input.itemIndex}.` }] }));

/** The item whose file it is. */
export const numberOf = (file: unknown): number => Number(/\d+/.exec(JSON.stringify(file))?.[0]);

/** Body of a batch request. */
export interface BatchRequest {
  workflow: TargetReference;
  inputs: BatchInput[];
  priority?: number;
}

/** A server on a virtual clock that refuses batches with bad inputs and may lose answers after the work is done. */
export class FakeServer {
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
  /** How an error names the bad input: by its place, by a place that is wrong, by its file, or not at all. */
  names: 'place' | 'wrongPlace' | 'file' | 'nothing' = 'nothing';
  /** How far a wrong place is from the right one. */
  wrongBy = 1;
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
    newestRuns: (targetId) => this.newest(targetId),
    getRun: async (id) => {
      this.gets.push(id);
      if (this.gone.has(id)) throw new ExtendApiFailure({ kind: 'http', status: 404, message: 'gone' });
      return this.runs.find((run) => run.id === id) as WorkflowRun;
    },
    post: async (body: JsonObject) => ({ batchId: this.take(body as unknown as BatchRequest) }),
  };

  private async *newest(workflowId: string): AsyncGenerator<RunSummary[]> {
    this.lists++;
    this.clock += this.listMs;
    const failure = this.listFailures.shift();
    if (failure) throw failure;
    const shown = this.runs.filter((run) => run.workflow?.id === workflowId && run.at + this.listDelayMs <= this.clock).reverse();
    for (let i = 0; i < shown.length; i += this.pageSize) {
      yield shown.slice(i, i + this.pageSize).map((run) => ({ ...run, metadata: undefined }) as RunSummary);
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
      const message = { nothing: 'Not good', place: `Not good. Path: inputs[${bad}].file`, wrongPlace: `Path: inputs[${bad + this.wrongBy}].file`, file: `File ${id} was not found` };
      throw new ExtendApiFailure({ kind: 'http', status: this.refusal, message: message[this.names] });
    }
    if (this.lost[number] === 'before') throw new ExtendApiFailure({ kind: 'network', message: 'lost' });
    const batchId = this.addBatch(request.workflow.id, request.inputs.map(({ metadata }) => metadata));
    if (this.lost[number] === 'after') throw new ExtendApiFailure({ kind: 'timeout', message: 'lost' });
    return batchId;
  }

  async submit(given: UploadedInput[], more: Partial<SubmitOptions> = {}, maxInputs?: number): Promise<Outcome[]> {
    return await submit(plan(given, { maxInputs }), batch, this.port, { origin, concurrency: 1, stopAtFirstFailure: false, searchTimeoutMs: 60_000, ...more });
  }
}

/** The items of the outcomes of a kind, in order. */
export const itemsOf = (outcomes: Outcome[], kind: Outcome['kind']) =>
  outcomes.filter((outcome) => outcome.kind === kind).flatMap(({ chunk }) => chunk.inputs.map(({ itemIndex }) => itemIndex)).sort((a, b) => a - b);
