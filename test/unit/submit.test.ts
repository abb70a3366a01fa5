import fc from 'fast-check';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { JsonObject } from '../../extend/api/types';
import type { UploadedInput } from '../../extend/intake/draft';
import { workflow } from '../../extend/kinds/workflow';
import { plan } from '../support/plan';
import { submit, type SubmitOptions } from '../../extend/submission/submit';
import { type BatchInput, batchOf } from '../../extend/submission/submitters';

const batch = batchOf(workflow);

const inputs = (length: number): UploadedInput[] =>
  Array.from({ length }, (_, itemIndex) => ({
    itemIndex,
    target: { id: 'workflow_a' },
    files: [{ id: `file_${itemIndex}` }],
    metadata: { own: itemIndex },
  }));

const failure = (status?: number) =>
  new ExtendApiFailure(status ? { kind: 'http', status, message: 'no' } : { kind: 'network', message: 'lost' });

/** An API that takes every request, except those whose number has a failure planned. */
function fakeApi(failures: Record<number, ExtendApiFailure> = {}) {
  const received: Array<{ inputs: BatchInput[] }> = [];
  /** What Extend took, or may have taken. */
  const taken: Array<{ inputs: BatchInput[] }> = [];
  let keys = 0;
  return {
    received,
    taken,
    port: {
      newSubmissionKey: () => `key_${keys++}`,
      now: () => 0,
      sleep: async () => {},
      clockAheadMs: () => 0,
      newestRuns: async function* () {},
      getRun: async (id: string) => ({ id, status: 'PROCESSING' }),
      post: async (body: JsonObject) => {
        const request = { inputs: body.inputs as BatchInput[] };
        const number = received.push(request);
        await Promise.resolve();
        const planned = failures[number];
        if (planned?.status === undefined || planned.status >= 500 || planned.status === 408) taken.push(request);
        if (planned) throw planned;
        return { batchId: `batch_${number}` };
      },
    },
  };
}

const options: SubmitOptions = { concurrency: 1, stopAtFirstFailure: false, searchTimeoutMs: 0 };

describe('submit', () => {
  it('sends each input once, with the metadata that finds its item again', async () => {
    const api = fakeApi();
    const origin = { executionId: '42', nodeName: 'Extend' };
    const outcomes = await submit(plan(inputs(5), { maxInputs: 2 }), batch, api.port, { ...options, origin });
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(api.received.flatMap((request) => request.inputs)).toEqual(
      inputs(5).map(({ files: [file], metadata, itemIndex }) => ({
        file,
        metadata: { ...metadata, n8n: { ...origin, itemIndex, submissionKey: `key_${Math.floor(itemIndex / 2)}`, of: itemIndex < 4 ? 2 : 1 } },
      })),
    );
  });

  it("leaves the user's own n8n key alone, and adds nothing when correlation is off", async () => {
    const api = fakeApi();
    const own = inputs(1).map((input) => ({ ...input, metadata: { n8n: 'mine' } }));
    await submit(plan(own), batch, api.port, { ...options, origin: { executionId: '1', nodeName: 'E' } });
    await submit(plan(inputs(1)), batch, api.port, options);
    expect(api.received.map((request) => request.inputs[0]?.metadata)).toEqual([{ n8n: 'mine' }, { own: 0 }]);
  });

  it.each([
    [400, 'rejected'],
    [404, 'rejected'],
    [413, 'rejected'],
    [422, 'rejected'],
    [429, 'rejected'],
    [408, 'unknown'],
    [500, 'unknown'],
    [502, 'unknown'],
    [undefined, 'unknown'],
  ])('calls the answer %s %s', async (status, kind) => {
    const [outcome] = await submit(plan(inputs(1)), batch, fakeApi({ 1: failure(status) }).port, options);
    expect(outcome?.kind).toBe(kind);
  });

  it('calls a request that was never sent rejected: it cannot have created anything', async () => {
    const refused = new ExtendApiFailure({ kind: 'network', message: '', neverSent: true });
    const [outcome] = await submit(plan(inputs(1)), batch, fakeApi({ 1: refused }).port, options);
    expect(outcome?.kind).toBe('rejected');
  });

  it.each([401, 402, 403])('sends nothing more after %i', async (status) => {
    const api = fakeApi({ 2: failure(status) });
    const outcomes = await submit(plan(inputs(5), { maxInputs: 1 }), batch, api.port, options);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'rejected', 'notSent', 'notSent', 'notSent']);
    expect(api.received).toHaveLength(2);
  });

  it('goes on after a failure of one batch, unless told to stop', async () => {
    const kinds = async (stopAtFirstFailure: boolean) => {
      const outcomes = await submit(plan(inputs(3), { maxInputs: 1 }), batch, fakeApi({ 1: failure(400) }).port, {
        ...options,
        stopAtFirstFailure,
      });
      return outcomes.map(({ kind }) => kind);
    };
    expect(await kinds(false)).toEqual(['rejected', 'accepted', 'accepted']);
    expect(await kinds(true)).toEqual(['rejected', 'notSent', 'notSent']);
  });

  it('accounts for every input exactly once, whatever fails', async () => {
    const anyFailure = fc.constantFrom(400, 401, 408, 429, 500, undefined).map(failure);
    const failures = fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), anyFailure, { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 40 }), failures, fc.integer({ min: 1, max: 5 }), async (n, planned, concurrency) => {
        const api = fakeApi(planned as Record<number, ExtendApiFailure>);
        const outcomes = await submit(plan(inputs(n), { maxInputs: 4 }), batch, api.port, { ...options, concurrency });
        const accounted = outcomes.flatMap(({ chunk }) => chunk.inputs.map((input) => input.itemIndex));
        expect(accounted).toEqual(inputs(n).map((input) => input.itemIndex));
        const sent = api.taken.flatMap((request) => request.inputs.map((input) => JSON.stringify(input.file)));
        expect(new Set(sent).size).toBe(sent.length);
        const nothingDone = outcomes.filter(({ kind }) => kind === 'notSent' || kind === 'rejected').flatMap(({ chunk }) => chunk.inputs);
        expect(sent.length + nothingDone.length).toBe(n);
      }),
    );
  });
});
