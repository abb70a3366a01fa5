/** A single run whose start was lost, on a workflow that has very many runs of batches. */
import { ExtendApiFailure } from '../../extend/api/errors';
import type { RunSummary } from '../../extend/api/types';
import { workflow } from '../../extend/kinds/workflow';
import { MAX_PAGES } from '../../extend/submission/findLost';
import { plan } from '../support/plan';
import { submit, type SubmitOptions, type SubmitPort } from '../../extend/submission/submit';
import { singleOf } from '../../extend/submission/submitters';

const START = Date.parse('2026-11-25T02:00:00Z');
const HOUR_MS = 60 * 60_000;

const ours: RunSummary = { id: 'workflow_run_ours', batchId: null, status: 'PROCESSING', createdAt: new Date(START).toISOString() };

/** Runs of batches, created at the time given. */
const others = (count: number, createdAt: number, first = 0): RunSummary[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `workflow_run_${first + i}`,
    batchId: `batch_${(first + i) % 7}`,
    status: 'PROCESSED',
    createdAt: new Date(createdAt).toISOString(),
  }));

/** Starts a run whose answer is lost, and looks for it in lists of these pages. */
async function startLost(pagesOf: (look: number) => Iterable<RunSummary[]>) {
  const seen = { looks: 0, pages: 0, reads: [] as string[] };
  let clock = START;
  const port: SubmitPort = {
    post: async () => {
      throw new ExtendApiFailure({ kind: 'timeout', message: 'lost' });
    },
    newSubmissionKey: () => 'key',
    now: () => clock,
    clockAheadMs: () => 0,
    sleep: async (ms) => void (clock += ms),
    async *newestRuns() {
      for (const page of pagesOf(++seen.looks)) {
        seen.pages++;
        yield page;
      }
    },
    getRun: async (id) => {
      seen.reads.push(id);
      return { ...ours, id, metadata: { n8n: { itemIndex: 0, submissionKey: 'key', of: 1 } } };
    },
  };
  const checked = { itemIndex: 0, target: { id: 'workflow_1' }, files: [{ text: 'x' }], isPackage: false };
  const options: SubmitOptions = { origin: { executionId: '1', nodeName: 'Extend' }, concurrency: 1, stopAtFirstFailure: false, searchTimeoutMs: 60_000 };
  return { outcomes: await submit(plan([checked]), singleOf(workflow), port, options), seen };
}

it('is found when it shows up late, however many older runs of batches there are', async () => {
  const { outcomes, seen } = await startLost(function* (look) {
    for (let page = 0; page < 2 * MAX_PAGES; page++) yield [...(page === 0 && look > 2 ? [ours] : []), ...others(1000, START - HOUR_MS, 1000 * page)];
  });
  expect(outcomes).toMatchObject([{ kind: 'accepted', runIds: ['workflow_run_ours'], run: { id: 'workflow_run_ours' } }]);
  // Each look ends at the first older run.
  expect([seen.looks, seen.pages]).toEqual([3, 3]);
});

it('is found among runs of batches that are as new, without reading one of them', async () => {
  const { outcomes, seen } = await startLost(() => [[...others(500, START), ours, ...others(500, START, 500)]]);
  expect(outcomes).toMatchObject([{ kind: 'accepted', runIds: ['workflow_run_ours'], run: { id: 'workflow_run_ours' } }]);
  // Once for whose it is, and once for what it is now.
  expect(seen.reads).toEqual(['workflow_run_ours', 'workflow_run_ours']);
});
