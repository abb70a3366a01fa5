/** Odd cases of Get Batch Results and Cancel Batch, for recordings of what they do. */
import type { IDataObject } from 'n8n-workflow';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { until } from '../../harness/sandboxClient';
import { byId, onSandbox } from '../../harness/onSandbox';
import type { RecordingOptions } from './recording';

export interface BatchCase extends RecordingOptions {
  title: string;
  operation: 'getBatchResults' | 'cancelBatch';
  onError?: 'stop' | 'continue' | 'errorOutput';
  parameters?: IDataObject;
  prepare(sandbox: Sandbox): Promise<IDataObject[]>;
}

const TEXTS = ['Invoice INV-1 Total 10.00 EUR', 'FAIL', 'NEEDS REVIEW'];

/** A batch, as it comes out of Batch Run, with changed settings of the sandbox from then on. */
const submitted =
  ({ during = {}, after = {}, change = [{}], ...parameters }: IDataObject & { during?: SandboxOptions; after?: SandboxOptions; change?: IDataObject[] } = {}) =>
  async (sandbox: Sandbox): Promise<IDataObject[]> => {
    sandbox.configure(during);
    const own = { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}', ...parameters };
    const { json } = await onSandbox(() => sandbox)('workflowRun', 'batchRun', own, TEXTS.map((text) => ({ text })));
    const isRead = ({ status }: { status: string }) => status !== 'PENDING' && (during.runMs !== undefined || status !== 'PROCESSING');
    await until(() => sandbox.ledger().runs.every(isRead), 'the runs');
    sandbox.configure(after);
    return change.flatMap((more) => json.map((item) => ({ ...item, ...more })));
  };

const slow = { during: { runMs: 60_000 } };
const loop = { options: { separateRunning: true } };
const noBatch = async () => [{ batchId: 'batch_unknown' }, { batchId: '' }, {}];
const longAgo = [{ progress: { since: '2020-01-01T00:00:00.000Z' } }];

const RESULTS: Array<Omit<BatchCase, 'operation'>> = [
  { title: 'done', prepare: submitted() },
  { title: 'done, as Extend has them', parameters: { simplify: false }, prepare: submitted() },
  { title: 'done, with confidence', parameters: { options: { includeConfidence: true } }, prepare: submitted() },
  { title: 'done, some statuses', parameters: { options: { statuses: ['FAILED', 'NEEDS_REVIEW'] } }, prepare: submitted() },
  { title: 'done, one input item per document', prepare: submitted({ output: 'perInput' }) },
  { title: 'done, the batch named twice', prepare: submitted({ change: [{}, {}] }) },
  { title: 'done, without correlation metadata', prepare: submitted({ options: { addCorrelationMetadata: false } }) },
  { title: 'still running', prepare: submitted(slow) },
  { title: 'still running, one input item per document', prepare: submitted({ ...slow, output: 'perInput' }) },
  { title: 'in a loop, done', parameters: loop, prepare: submitted() },
  { title: 'in a loop, still running', parameters: loop, prepare: submitted(slow) },
  { title: 'in a loop, still running, one input item per document', parameters: loop, prepare: submitted({ ...slow, output: 'perInput' }) },
  { title: 'in a loop, too few are listed', parameters: loop, prepare: submitted({ change: [{ inputCount: 5 }] }) },
  { title: 'in a loop, the time limit is reached', parameters: loop, prepare: submitted({ ...slow, change: longAgo }) },
  { title: 'in a loop, the time limit is reached, one input item per document', parameters: loop, prepare: submitted({ ...slow, output: 'perInput', change: longAgo }) },
  { title: 'in a loop, the time limit is reached with too few listed', parameters: loop, prepare: submitted({ change: [{ inputCount: 5, ...longAgo[0] }] }) },
  { title: 'not listed yet', prepare: submitted({ after: { listDelayMs: 60_000 } }) },
  { title: 'unknown, and without an ID', prepare: noBatch },
  { title: 'unknown, and without an ID, Continue On Fail', onError: 'continue', prepare: noBatch },
  { title: 'unknown, and without an ID, Continue to Error Output', onError: 'errorOutput', prepare: noBatch },
];

const CANCELLED: Array<Omit<BatchCase, 'operation'>> = [
  { title: 'running', polls: true, prepare: submitted(slow) },
  { title: 'running, one input item per document', polls: true, prepare: submitted({ ...slow, output: 'perInput' }) },
  { title: 'over', prepare: submitted() },
  { title: 'unknown, and without an ID', prepare: noBatch },
  { title: 'unknown, and without an ID, Continue On Fail', onError: 'continue', prepare: noBatch },
  {
    title: 'running, and cannot be cancelled',
    polls: true,
    prepare: async (sandbox) => {
      const prepared = await submitted(slow)(sandbox);
      sandbox.fault({ method: 'POST', path: '/cancel$', times: 99, fault: { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'Not now', retryable: false } } });
      return prepared;
    },
  },
];

export const batchCases: BatchCase[] = [
  ...RESULTS.map((one) => ({ operation: 'getBatchResults' as const, ...one })),
  ...CANCELLED.map((one) => ({ operation: 'cancelBatch' as const, mixed: true, ...one })),
];
