/** A single run whose start was lost, on a workflow that has very many runs of batches. */
import { ExtendApiFailure } from '../../extend/api/errors';
import type { WorkflowRun, WorkflowRunSummary } from '../../extend/api/types';
import { MAX_PAGES } from '../../extend/submission/findLost';
import { startRun, type StartPort } from '../../extend/runs/start';

const START = Date.parse('2026-11-25T02:00:00Z');
const HOUR_MS = 60 * 60_000;

it('is found when it shows up late, however many older runs of batches there are', async () => {
  let clock = START;
  let pages = 0;
  let looks = 0;
  const ours: WorkflowRunSummary = { id: 'workflow_run_ours', batchId: null, status: 'PROCESSING', createdAt: new Date(START).toISOString() };
  const old = (i: number): WorkflowRunSummary => ({ id: `workflow_run_${i}`, batchId: `batch_${i % 7}`, status: 'PROCESSED', createdAt: new Date(START - HOUR_MS).toISOString() });
  const port: StartPort = {
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
    getRun: async (id) => ({ ...ours, id, metadata: { n8n: { itemIndex: 0, submission: 'key' } } }) as WorkflowRun,
  };
  const checked = { itemIndex: 0, workflow: { id: 'workflow_1' }, files: [{ text: 'x' }], isPackage: false };
  const started = await startRun(checked, port, { executionId: '1', nodeName: 'Extend' }, 60_000, new Map());
  expect(started).toMatchObject({ kind: 'started', run: { id: 'workflow_run_ours' } });
  // Each look ends at the first older run.
  expect([looks, pages]).toEqual([3, 3]);
});
