/** Odd cases of Batch Run and Run, for recordings of what they do. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { FaultRule, Sandbox, SandboxOptions } from '../../sandbox';
import { clientOf, until } from '../../harness/sandboxClient';
import { binaryOf, type EngineOptions } from '../../harness/engine';
import { byId } from '../../harness/onSandbox';
import type { RecordingOptions } from './recording';

type Operation = 'batchRun' | 'run';
type OnError = 'stop' | 'continue' | 'errorOutput';

export interface StartCase extends RecordingOptions {
  title: string;
  /** Both, if absent. */
  operations?: Operation[];
  /** Only Stop, if absent. */
  onError?: OnError[];
  parameters?: IDataObject;
  options?: IDataObject;
  /** One text, if absent. */
  input?: EngineOptions['input'] | ((sandbox: Sandbox) => Promise<EngineOptions['input']>);
  credential?: IDataObject;
  retryOnFail?: boolean;
  sandbox?: SandboxOptions;
  /** Faults of requests that start something. */
  faults?: Array<Omit<FaultRule, 'method' | 'path'>>;
  otherFaults?: FaultRule[];
  /** What was there before, submitted with the same parameters. */
  earlier?: IDataObject[];
  meanwhile?(sandbox: Sandbox): Promise<void>;
}

const refusal = (status: number, message: string, code = 'INVALID_REQUEST'): FaultRule['fault'] => ({ kind: 'status', status, body: { code, message, retryable: false } });
const lost = (when: 'before' | 'after') => [{ fault: { kind: 'reset' as const, when } }];
const texts = (...all: string[]): IDataObject[] => all.map((text, i) => ({ text, number: `N-${i}` }));
const both: OnError[] = ['stop', 'continue'];
const every: OnError[] = ['stop', 'continue', 'errorOutput'];
const batchRun: Operation[] = ['batchRun'];
const run: Operation[] = ['run'];
const onlyRun = { operations: run };
const onlyBatchRun = { operations: batchRun };
const wait = { waitForCompletion: 'poll' };
const skip = { onInvalidItems: 'skip' };
const url = { fileSource: 'url', fileUrl: '={{ $json.url }}' };
const ofFiles = { fileSource: 'fileId', fileId: '={{ $json.id }}' };
const auto = { fileSource: 'auto', fileUrl: '={{ $json.url }}', fileId: '={{ $json.id }}', text: '={{ $json.text }}' };
const link = (name: string) => ({ url: `https://example.com/${name}.pdf` });
const carrying = async (...names: string[]): Promise<INodeExecutionData[]> =>
  await Promise.all(names.map(async (name) => ({ json: { name }, binary: { data: await binaryOf(Buffer.from(`Invoice of ${name}`), `${name}.txt`, 'text/plain') } })));
const upload = '^/files/upload$';
const key = { deduplicationKey: '={{ $json.number }}', lookForLostSeconds: 0 };

const INVALID: StartCase[] = [
  { title: 'one of three items is invalid', onError: every, parameters: url, input: [link('a'), { url: 'nonsense' }, link('c')] },
  { title: 'one of three items is invalid, Skip and Report', ...onlyBatchRun, onError: every, parameters: url, options: skip, input: [link('a'), { url: '' }, link('c')] },
  {
    title: 'two items are invalid in several ways',
    onError: both,
    parameters: { ...url, metadataMode: 'json', metadataJson: '={{ $json.metadata }}' },
    options: { usageTags: '={{ $json.tags }}', priority: '={{ $json.priority }}' },
    input: [{ ...link('a'), metadata: {}, tags: 'ok', priority: 5 }, { url: 'ftp://x', metadata: '[1]', tags: 'a b', priority: 5 }, { url: '', metadata: '{', tags: '', priority: 900 }],
  },
  { title: 'every item is invalid, Skip and Report', ...onlyBatchRun, onError: both, parameters: url, options: skip, input: [{}, { url: 'x' }] },
  { title: 'a field that cannot be read', onError: both, parameters: { ...url, fileUrl: '={{ $json.url.missing() }}' }, input: [link('a'), link('b')] },
  { title: 'settings out of bounds', options: { lookForLostSeconds: 9999 } },
  { title: 'Maximum Inputs is exceeded', ...onlyBatchRun, onError: both, options: { maximumInputs: 2 }, input: texts('a', 'b', 'c') },
  { title: 'Retry On Fail is refused', retryOnFail: true },
];

const SOURCES: StartCase[] = [
  { title: 'URLs with names and passwords', parameters: url, options: { fileName: '={{ $json.name }}', pdfPassword: 'geheim' }, input: [{ ...link('a'), name: 'first.pdf' }, link('b')] },
  { title: 'binary files', parameters: { fileSource: 'binary' }, options: { uploadsAtOnce: 1 }, input: async () => await carrying('a', 'b') },
  { title: 'a binary file of several items', parameters: { fileSource: 'binary' }, input: async () => (await carrying('a')).flatMap((item) => [item, { ...item }, { ...item }]) },
  { title: 'file IDs', parameters: ofFiles, input: [{ id: 'file_that_is_not_there' }], onError: both },
  { title: 'a source that differs per item', parameters: auto, onError: both, options: { uploadsAtOnce: 1 }, input: async () => [link('a'), { text: 'b' }, ...(await carrying('c')), {}, { ...link('d'), text: 'd' }] },
  { title: 'good sources that differ per item', parameters: auto, input: async () => [link('a'), { text: 'b' }, ...(await carrying('c'))] },
  { title: 'a package of files', ...onlyRun, parameters: { fileSource: 'package', packageFiles: '={{ $json.files }}', ...wait }, input: async () => (await carrying('a')).map((item) => ({ ...item, json: { files: 'https://example.com/a.pdf, data' } })) },
  { title: 'packages of which one is invalid', ...onlyRun, onError: both, parameters: { fileSource: 'package', packageFiles: '={{ $json.files }}' }, input: [{ files: [link('a').url, link('b').url] }, { files: [link('a').url] }, { files: ['?', 7] }] },
  { title: 'all that can be set', parameters: { ...url, metadataMode: 'fields', metadataFields: { values: [{ name: 'customer', value: '={{ $json.customer }}' }] } }, options: { version: byId('1'), priority: 3, secrets: { values: [{ name: 'erp', value: 'x' }] }, usageTags: 'finance, q4', includeInputData: true }, input: [{ ...link('a'), customer: 1 }, { ...link('b'), customer: 2 }] },
  { title: 'outputs are given', ...onlyRun, parameters: wait, options: { outputs: '[{"processorId":"ex_invoice","output":{"value":{"total":99}}}]' } },
  { title: 'without correlation metadata', options: { addCorrelationMetadata: false } },
  { title: 'metadata with an entry of its own', parameters: { metadataMode: 'json', metadataJson: '{"n8n": "mine"}' } },
];

const UPLOADS: StartCase[] = [
  { title: 'the upload of one item fails', onError: both, parameters: { fileSource: 'binary' }, options: { uploadsAtOnce: 1 }, input: async () => await carrying('a', 'b', 'c'), otherFaults: [{ path: upload, nth: 2, fault: refusal(400, 'The file is damaged') }] },
  { title: 'the upload of one item fails, Skip and Report', ...onlyBatchRun, onError: both, parameters: { fileSource: 'binary' }, options: { ...skip, uploadsAtOnce: 1 }, input: async () => await carrying('a', 'b', 'c'), otherFaults: [{ path: upload, nth: 2, fault: refusal(400, 'The file is damaged') }] },
  { title: 'an item has no file', onError: both, parameters: { fileSource: 'binary' }, input: async () => [...(await carrying('a')), { json: {} }] },
];

const five = { input: ['a', 'b', 'file_that_is_not_there', 'd', 'e'].map((id) => (id.length > 1 ? { id } : { text: id })), parameters: { ...auto, output: 'perInput' } };
const REFUSALS: StartCase[] = [
  { title: 'Extend refuses one of five by its name', ...onlyBatchRun, inSequence: true, onError: every, ...five },
  { title: 'Extend refuses one of five', ...onlyRun, onError: every, ...five },
  { title: 'Extend refuses one of five by its name, Skip and Report', ...onlyBatchRun, inSequence: true, options: skip, ...five },
  { title: 'Extend refuses one of five without saying which', ...onlyBatchRun, inSequence: true, onError: both, input: texts('a', 'b', 'c', 'd', 'e'), faults: [1, 3].map((nth) => ({ nth, fault: refusal(400, 'Something is wrong') })) },
  { title: 'Extend refuses all of five without saying why', ...onlyBatchRun, inSequence: true, onError: both, input: texts('a', 'b', 'c', 'd', 'e'), faults: [{ times: 99, fault: refusal(422, 'Something is wrong') }] },
  { title: 'a body is too large', ...onlyBatchRun, inSequence: true, onError: both, input: texts('a', 'b', 'c', 'd'), faults: [{ fault: refusal(413, 'Too large', 'REQUEST_TOO_LARGE') }] },
  { title: 'the token may not do this', onError: both, input: texts('a'), faults: [{ times: 99, fault: refusal(403, 'No', 'FORBIDDEN') }] },
  { title: 'the workflow is unknown', onError: both, parameters: { workflow: byId('workflow_unknown') }, input: texts('a', 'b') },
  { title: 'the file is unknown', onError: both, parameters: ofFiles, input: [{ id: 'file_of_another' }], faults: [{ fault: refusal(404, 'File not found', 'NOT_FOUND') }] },
  { title: 'there are no credits', onError: both, credential: { apiToken: 'sk_no_credits' }, input: texts('a') },
  { title: 'the token is wrong', onError: both, credential: { apiToken: 'sk_wrong' }, input: texts('a') },
  { title: 'the rate is exceeded once', faults: [{ fault: { kind: 'status', status: 429, headers: { 'retry-after': '0.05' }, body: { code: 'RATE_LIMIT_EXCEEDED', message: 'slow', retryable: true } } }] },
  { title: 'a priority that batches may not have', ...onlyBatchRun, onError: both, options: { priority: 5 }, input: texts('a', 'b'), sandbox: { unknowns: { priorityInBatch: 'reject' } } },
];

const LOST: StartCase[] = [
  { title: 'the answer is lost, and found at once', faults: lost('after') },
  { title: 'the answer is lost, and found late', options: { lookForLostSeconds: 1 }, sandbox: { listDelayMs: 500 }, faults: lost('after') },
  { title: 'the answer is lost, and not found', onError: both, options: { lookForLostSeconds: 0 }, faults: lost('before') },
  { title: 'the answer is lost, and nothing would tell it from others', onError: both, options: { addCorrelationMetadata: false }, faults: lost('after') },
  { title: 'the answer is lost, and the metadata has its own entry', parameters: { metadataMode: 'json', metadataJson: '{"n8n": 1}' }, faults: lost('after') },
  { title: 'the answer is lost, and the list cannot be read', faults: lost('after'), otherFaults: [{ method: 'GET', path: '^/workflow_runs$', fault: refusal(403, 'no', 'FORBIDDEN') }] },
  { title: 'the answer is lost, and it is submitted again', ...onlyBatchRun, options: { lookForLostSeconds: 0, onUnknownOutcome: 'resend' }, faults: lost('before') },
  { title: 'the answer is lost twice, though submitted again', ...onlyBatchRun, onError: both, options: { lookForLostSeconds: 0, onUnknownOutcome: 'resend' }, faults: [{ times: 2, fault: { kind: 'reset', when: 'before' } }] },
  { title: 'the answer is an error page', onError: both, options: { lookForLostSeconds: 0 }, faults: [{ fault: { kind: 'status', status: 502, body: '<html>Bad gateway</html>' } }] },
  { title: 'the answer makes no sense', onError: both, options: { lookForLostSeconds: 0 }, faults: [{ fault: { kind: 'status', status: 200, body: { hello: 1 } } }] },
];

const deduplicated = { ...onlyBatchRun, options: key, parameters: { output: 'perInput' } };
const DEDUPLICATED: StartCase[] = [
  { title: 'a Deduplication Key: an earlier run is recognised', ...deduplicated, input: texts('a', 'b'), earlier: texts('a') },
  { title: 'a Deduplication Key: an earlier run is recognised, one item per batch', ...deduplicated, parameters: {}, input: texts('a', 'b'), earlier: texts('a') },
  { title: 'a Deduplication Key: an earlier run is recognised and waited for', ...deduplicated, parameters: wait, input: texts('a', 'b'), earlier: texts('a'), polls: true },
  { title: 'a Deduplication Key: an earlier run failed', ...deduplicated, input: texts('a'), earlier: texts('FAIL') },
  { title: 'a Deduplication Key: a repeat', ...deduplicated, input: [...texts('a', 'b'), ...texts('a')] },
  { title: 'a Deduplication Key: a repeat that is waited for', ...deduplicated, parameters: wait, input: [...texts('a'), ...texts('a')], polls: true },
  { title: 'a Deduplication Key: a repeat of one that is refused', ...deduplicated, onError: every, parameters: { ...auto, output: 'perInput' }, input: [{ number: 1, id: 'file_that_is_not_there' }, { number: 1, text: 'a' }] },
  { title: 'a Deduplication Key: a repeat of one that is invalid', ...deduplicated, onError: both, options: { ...key, ...skip }, parameters: { ...auto, output: 'perInput' }, input: [{ number: 1 }, { number: 1, text: 'a' }] },
  { title: 'a Deduplication Key: none for an item', ...deduplicated, onError: both, input: [...texts('a'), { text: 'b' }] },
  { title: 'a Deduplication Key: with Retry On Fail', ...deduplicated, retryOnFail: true, input: texts('a') },
  { title: 'a Deduplication Key: earlier runs cannot be read', ...deduplicated, onError: both, input: texts('a'), otherFaults: [{ method: 'GET', path: '^/workflow_runs$', fault: refusal(403, 'no', 'FORBIDDEN') }] },
  { title: 'a Deduplication Key: Maximum Inputs counts what is new', ...deduplicated, options: { ...key, maximumInputs: 1 }, input: texts('a', 'b', 'c'), earlier: texts('a') },
];

const OUTPUTS: StartCase[] = [
  { title: 'a dry run', ...onlyBatchRun, options: { dryRun: true, inputsPerBatch: 2 }, input: texts('a', 'b', 'c') },
  { title: 'a dry run with repeats and invalid items', ...onlyBatchRun, options: { ...key, ...skip, dryRun: true }, input: [...texts('a'), ...texts('a'), { number: 9 }] },
  { title: 'several batches', ...onlyBatchRun, options: { inputsPerBatch: 2 }, input: texts('a', 'b', 'c') },
  { title: 'one item per input, with its data', ...onlyBatchRun, parameters: { output: 'perInput' }, options: { includeInputData: true, inputsPerBatch: 2 }, input: texts('a', 'b', 'c') },
  { title: 'several workflows, of which one is unknown', onError: both, parameters: { workflow: byId('={{ $json.workflow }}') }, input: async ({ workflowId }) => [workflowId, 'workflow_unknown', workflowId].map((workflow) => ({ text: 'a', workflow })) },
];

const slow = { runMs: 60_000 };
const gone = { method: 'GET', path: '^/workflow_runs/workflow_run_', fault: refusal(404, 'gone', 'NOT_FOUND') };
const WAITING: StartCase[] = [
  { title: 'waits for every outcome', parameters: wait, options: { includeInputData: true, includeConfidence: true }, polls: true, input: texts('Invoice INV-1 Total 10.00 EUR', 'FAIL', 'NEEDS REVIEW', 'REJECT', 'FUTURE STATUS') },
  { title: 'waits, and gives runs as Extend has them', parameters: { ...wait, simplify: false }, polls: true, input: texts('Invoice INV-1 Total 10.00 EUR') },
  { title: 'waits over several looks', parameters: wait, sandbox: { runMs: 400 }, polls: true, input: texts('a', 'b') },
  { title: 'waits beside an item that is refused', onError: ['continue'], parameters: { ...auto, ...wait }, polls: true, input: [{ text: 'a' }, { id: 'file_that_is_not_there' }] },
  { title: 'waits until the time limit', parameters: wait, options: { timeLimitMinutes: 0.005 }, sandbox: slow, polls: true, input: texts('a', 'b') },
  { title: 'waits until the time limit, and fails', onError: both, parameters: wait, options: { timeLimitMinutes: 0.005, onTimeLimit: 'fail' }, sandbox: slow, polls: true, input: texts('a', 'b') },
  { title: 'waits for a run that cannot be read', parameters: wait, polls: true, otherFaults: [gone] },
  { title: 'waits, and may read no more', onError: both, parameters: wait, polls: true, otherFaults: [{ method: 'GET', fault: refusal(403, 'no', 'FORBIDDEN') }] },
  {
    title: 'waits for a run that is deleted meanwhile',
    parameters: wait,
    sandbox: slow,
    polls: true,
    meanwhile: async (sandbox) => {
      const looks = () => sandbox.ledger().requests.some(({ method, status }) => method === 'GET' && status === 200);
      await until(looks, 'the first look');
      await clientOf(sandbox).workflowRuns.delete(sandbox.ledger().runs[0]?.id ?? '');
    },
  },
];

export const startCases: StartCase[] = [...INVALID, ...SOURCES, ...UPLOADS, ...REFUSALS, ...LOST, ...DEDUPLICATED, ...OUTPUTS, ...WAITING];
