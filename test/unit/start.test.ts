/** A single run whose start was lost, on a workflow that has very many runs of batches. */
import { ExtendApiFailure } from '../../extend/api/errors';
import type { RunSummary } from '../../extend/api/types';
import { workflow } from '../../extend/kinds/workflow';
import { MAX_PAGES } from '../../extend/submission/findLost';
import { plan } from '../../extend/submission/plan';
import { submit, type SubmitOptions, type SubmitPort } from '../../extend/submission/submit';
import { singleOf } from '../../extend/submission/submitters';

const START = Date.parse('2026-11-25T02:00:00Z');
const HOUR_MS = 60 * 60_000;

it('is found when it shows up late, however many older runs of batches there are', async () => {
  let clock = START;
  let pages = 0;
  let looks = 0;
  const ours: RunSummary = { id: 'workflow_run_ours', batchId: null, status: 'PROCESSING', createdAt: new Date(START).toISOString() };
  const old = (i: number): RunSummary => ({ id: `workflow_run_${i}`, batchId: `batch_${i % 7}`, status: 'PROCESSED', createdAt: new Date(START - HOUR_MS).toISOString() });
  const port: SubmitPort = {
    post: async () => {
      throw new ExtendApiFailure({ kind: 'timeout', message: 'lost' });
    },
    newSubmissionKey: () => 'key',
    now: () => clock,
    clockAheadMs: () => 0,
    sleep: async (ms) => void (clock += ms),
    async *newestRuns() {
      looks++;
      for (let page = 0; page < 2 * MAX_PAGES; page++) {
        pages++;
        yield [...(page === 0 && looks > 2 ? [ours] : []), ...Array.from({ length: 1000 }, (_, i) => old(page * 1000 + i))];
      }
    },
    getRun: async (id) => ({ ...ours, id, metadata: { n8n: { itemIndex: 0, submissionKey: 'key', of: 1 } } }),
  };
  const checked = { itemIndex: 0, target: { id: 'workflow_1' }, files: [{ text: 'x' }], isPackage: false };
  const options: SubmitOptions = { origin: { executionId: '1', nodeName: 'Extend' }, concurrency: 1, stopAtFirstFailure: false, searchTimeoutMs: 60_000 };
  const outcomes = await submit(plan([checked]), singleOf(workflow), port, options);
  expect(outcomes).toMatchObject([{ kind: 'accepted', runIds: ['workflow_run_ours'], run: { id: 'workflow_run_ours' } }]);
  // Each look ends at the first older run.
  expect([looks, pages]).toEqual([3, 3]);
});
