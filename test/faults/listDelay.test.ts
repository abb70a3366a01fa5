/** Runs that lists show only after 0, 5 or 30 seconds: the domain on a clock that does not wait. */
import { ExtendApiFailure } from '../../extend/api/errors';
import type { JsonObject, RunSummary } from '../../extend/api/types';
import type { UploadedInput } from '../../extend/intake/draft';
import { workflow } from '../../extend/kinds/workflow';
import { waitForRuns, watch } from '../../extend/results/collect';
import type { Acceptance } from '../../extend/submission/outcome';
import { plan } from '../support/plan';
import { submit, type SubmitPort } from '../../extend/submission/submit';
import { type BatchInput, batchOf } from '../../extend/submission/submitters';

const RUN_SECONDS = 3;

interface Taken {
  batchId: string;
  at: number;
  inputs: BatchInput[];
}

/** An Extend whose answers to batch POSTs are lost, and whose lists show runs late. */
function slowLists(delaySeconds: number) {
  const taken: Taken[] = [];
  let now = Date.parse('2026-03-01T12:00:00Z');
  const rows = (): RunSummary[] =>
    taken
      .filter(({ at }) => now >= at + delaySeconds * 1000)
      .flatMap(({ batchId, at, inputs }) =>
        inputs.map((_, i) => ({ id: `${batchId}/${i}`, batchId, createdAt: new Date(at).toISOString(), status: now >= at + RUN_SECONDS * 1000 ? 'PROCESSED' : 'PENDING' })),
      );
  const find = (id: string) => {
    const [batchId, i] = id.split('/');
    return taken.find((batch) => batch.batchId === batchId)?.inputs[Number(i)];
  };
  const port = {
    clockAheadMs: () => 0,
    newSubmissionKey: () => `key-${taken.length}`,
    now: () => now,
    sleep: async (ms: number) => void (now += ms),
    listRuns: async (batchId: string) => rows().filter((row) => row.batchId === batchId),
    newestRuns: async function* () {
      yield rows().reverse();
    },
    getRun: async (id: string) => ({ id, status: rows().find((row) => row.id === id)?.status ?? 'PENDING', metadata: find(id)?.metadata }),
    post: async ({ inputs }: JsonObject): Promise<Acceptance> => {
      taken.push({ batchId: `batch_${taken.length}`, at: now, inputs: inputs as BatchInput[] });
      throw new ExtendApiFailure({ kind: 'network', code: 'ECONNRESET', message: 'reset' });
    },
  } satisfies SubmitPort & Record<string, unknown>;
  return { taken, port, seconds: (since: number) => (now - since) / 1000, start: now };
}

const inputs: UploadedInput[] = Array.from({ length: 6 }, (_, itemIndex) => ({ itemIndex, target: { id: 'workflow_a' }, files: [{ text: `Invoice ${itemIndex}` }] }));

const submitted = async (api: ReturnType<typeof slowLists>, searchSeconds: number) =>
  await submit(plan(inputs, { maxInputs: 3 }), batchOf(workflow), api.port, {
    origin: { executionId: '7', nodeName: 'Extend' },
    concurrency: 1,
    stopAtFirstFailure: false,
    searchTimeoutMs: searchSeconds * 1000,
  });

describe.each([0, 5, 30])('%i s until lists show a run', (delay) => {
  it('a batch whose answer was lost is found within the minute that the node looks for it, and sent once', async () => {
    const api = slowLists(delay);
    const outcomes = await submitted(api, 60);
    expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.batchId)).toEqual(['batch_0', 'batch_1']);
    expect(api.taken.flatMap((batch) => batch.inputs)).toHaveLength(inputs.length);
    // Two batches, one after the other; a look comes at most 15 s after a run shows up.
    expect(api.seconds(api.start)).toBeLessThanOrEqual(2 * (delay + 15));
  });

  it('a batch is complete only when all of its runs are listed and have ended', async () => {
    const api = slowLists(delay);
    await submitted(api, 0);
    const batches = api.taken.map(({ batchId, inputs: { length } }) => watch({ batchId, expected: length }));
    expect(await waitForRuns(batches, api.port, undefined)).toBe(true);
    for (const { ended, expected } of batches) {
      expect([...ended.values()].map(({ status }) => status)).toEqual(Array(expected).fill('PROCESSED'));
    }
    // Looks come every second at first; the two batches are looked at together.
    expect(api.seconds(api.start)).toBeLessThanOrEqual(Math.max(delay, RUN_SECONDS) + 2);
  });
});

it('a batch that shows up later than the node looks is reported as unknown, and not sent again', async () => {
  const api = slowLists(30);
  const outcomes = await submitted(api, 10);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  const keys = api.taken.map((batch) => (batch.inputs[0]?.metadata?.n8n as { submissionKey: string }).submissionKey);
  expect(outcomes.map(({ submissionKey }) => submissionKey)).toEqual(keys);
});
