/** What Extend's documentation leaves open (§f of the contract): the operations live with both sides. */
import type { IDataObject } from 'n8n-workflow';
import { binaryOf } from '../../harness/engine';
import { byId, onSandbox, pause } from '../../harness/onSandbox';
import { type Sandbox, splitSteps, type Unknowns } from '../../sandbox';
import { settle } from '../../sandbox/options';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started), { runMs: 10 });

const on = onSandbox(() => sandbox);
const continueOnFail = { node: { onError: 'continueRegularOutput' as const } };
const workflow = () => byId(sandbox.workflowId);
const sent = (method: string, path: RegExp) => sandbox.ledger().requests.filter((request) => request.method === method && path.test(request.path));

/** Run, or Batch Run, on texts. */
const start = async (operation: 'run' | 'batchRun', texts: string[], parameters: IDataObject = {}, more = {}) =>
  await on('workflowRun', operation, { workflow: workflow(), fileSource: 'text', text: '={{ $json.text }}', ...parameters }, texts.map((text) => ({ text })), more);
const waiting = { waitForCompletion: 'poll' };

/** A batch that has ended. */
async function ended(texts: string[], parameters: IDataObject = {}): Promise<{ batchId: string; inputCount: number; ids: string[] }> {
  const { json } = await start('batchRun', texts, parameters);
  await pause(40);
  return { batchId: String(json[0]?.batchId), inputCount: texts.length, ids: sandbox.ledger().runs.map(({ id }) => id) };
}

/** Tests of each unknown that operations depend on, by its name. */
const OPERATIONS: Partial<Record<keyof Unknowns, () => void>> = {
  validationStatus: () =>
    describe.each([400, 422] as const)('%i', (validationStatus) => {
      beforeEach(() => sandbox.configure({ unknowns: { validationStatus } }));

      it('of a batch: takes the bad input out, and sends the others', async () => {
        const input = ['file_missing', undefined, undefined].map((id, i) => (id ? { id } : { text: `Document ${i}` }));
        const parameters = { workflow: workflow(), fileSource: 'auto', fileId: '={{ $json.id }}', text: '={{ $json.text }}' };
        const { json } = await on('workflowRun', 'batchRun', parameters, input, continueOnFail);
        expect(json).toMatchObject([{ inputCount: 2 }, { details: { itemIndex: 0, status: 'rejected', statusCode: validationStatus } }]);
        expect(sandbox.ledger().runs).toHaveLength(2);
      });

      it.each<[string, string, () => IDataObject]>([
        ['workflowRun', 'run', () => ({ workflow: workflow(), fileSource: 'fileId', fileId: 'file_missing' })],
        ['workflowRun', 'getAll', () => ({ filters: { sortDir: 'sideways' } })],
        ['workflow', 'create', () => ({ name: 'A', stepsFrom: 'json', stepsJson: '[{"type":"TRIGGER","name":"A"},{"type":"PARSE","name":"B"}]' })],
        ['workflow', 'update', () => ({ workflow: workflow(), replaceSteps: true, stepsJson: '[{"type":"TRIGGER","name":"A"},{"type":"PARSE","name":"B"}]' })],
        ['workflowVersion', 'create', () => ({ workflow: workflow(), stepsFrom: 'json', stepsJson: '[{"type":"TRIGGER","name":"A"},{"type":"PARSE","name":"B"}]' })],
      ])('of %s: %s: says what Extend says, and does not try again', async (resource, operation, parameters) => {
        const { error } = await on(resource, operation, parameters());
        expect(error).toMatchObject({ message: 'Extend did not accept the request', description: expect.stringContaining('Path: '), httpCode: String(validationStatus) });
        expect(sandbox.ledger().requests).toHaveLength(1);
      });
    }),

  stepTypeAt: () =>
    it.each(['stepRun', 'step', 'both'] as const)('%s: the outputs are the same', async (stepTypeAt) => {
      sandbox.configure({ unknowns: { stepTypeAt } });
      const outputs = { Kind: { type: 'invoice' }, Invoice: { invoiceNumber: 'INV-1' }, Checks: { allPassed: false } };
      const { batchId, ids } = await ended(['Invoice INV-1']);
      expect((await on('workflowRun', 'get', { workflowRunId: byId(ids[0] ?? '') })).json).toMatchObject([{ outputs }]);
      expect((await on('workflowRun', 'getBatchResults', {}, [{ batchId }])).json).toMatchObject([{ outputs }]);
      for (const operation of ['run', 'batchRun'] as const) expect((await start(operation, ['Invoice INV-1'], waiting)).json).toMatchObject([{ outputs }]);
    }),

  parseOutput: () =>
    it.each(['json', 'url', 'none'] as const)('%s: the result names the parse run, and its address where there is one', async (parseOutput) => {
      sandbox.configure({ unknowns: { parseOutput } });
      const [result] = (await start('run', ['Invoice INV-1'], waiting)).json as Array<{ outputs: { Parse: IDataObject } }>;
      expect(result?.outputs.Parse).toMatchObject({ parseRunId: expect.stringMatching(/^pr_/), pageCount: 1 });
      expect(typeof result?.outputs.Parse.outputUrl).toBe(parseOutput === 'url' ? 'string' : 'object');
    }),

  usage: () =>
    it.each(['full', 'creditsOnly', 'none'] as const)('%s: the results are the same', async (usage) => {
      sandbox.configure({ unknowns: { usage } });
      const outputs = { Invoice: { invoiceNumber: 'INV-1' } };
      for (const operation of ['run', 'batchRun'] as const) expect((await start(operation, ['Invoice INV-1'], waiting)).json).toMatchObject([{ status: 'PROCESSED', outputs }]);
    }),

  failedStepRun: () =>
    it.each(['withResult', 'withoutResult', 'missing'] as const)('%s: the other parts have their results', async (failedStepRun) => {
      sandbox.configure({ unknowns: { failedStepRun } });
      const [created] = (await on('workflow', 'create', { name: 'Parts', stepsFrom: 'json', stepsJson: JSON.stringify(splitSteps) })).json as Array<{ workflowId: string }>;
      const text = '--- Invoice INV-1 ---\nUNREADABLE\n--- Invoice INV-2 ---\nTotal 2';
      const [result] = (await start('run', [text], { ...waiting, workflow: byId(created?.workflowId ?? '') })).json as Array<{ status: string; outputs: IDataObject }>;
      expect(result?.status).toBe('PROCESSED');
      expect(JSON.stringify(result?.outputs.Invoice)).toContain('"invoiceNumber":"INV-2"');
      expect(JSON.stringify(result?.outputs.Invoice)).not.toContain('INV-1');
    }),

  createStatus: () =>
    it.each(['PENDING', 'PROCESSING'] as const)('%s: is passed on, and waited for', async (createStatus) => {
      sandbox.configure({ unknowns: { createStatus } });
      expect((await start('run', ['a'])).json).toMatchObject([{ status: createStatus }]);
      expect((await start('run', ['a'], waiting)).json).toMatchObject([{ status: 'PROCESSED' }]);
    }),

  priorityInBatch: () => {
    const send = async (options: IDataObject) => await start('batchRun', Array.from({ length: 8 }, (_, i) => `Document ${i}`), { options }, continueOnFail);

    it.each(['accept', 'ignore', 'reject'] as const)('%s: a batch without one is taken', async (priorityInBatch) => {
      sandbox.configure({ unknowns: { priorityInBatch } });
      expect((await send({})).json).toMatchObject([{ inputCount: 8 }]);
    });

    it.each(['accept', 'ignore'] as const)('%s: a batch with one is taken', async (priorityInBatch) => {
      sandbox.configure({ unknowns: { priorityInBatch } });
      expect((await send({ priority: 5 })).json).toMatchObject([{ inputCount: 8, priority: 5 }]);
    });

    it('reject: a batch with one is refused once, as it is no fault of its inputs', async () => {
      sandbox.configure({ unknowns: { priorityInBatch: 'reject' } });
      const { json } = await send({ priority: 5 });
      expect(json).toHaveLength(8);
      expect(json[7]).toMatchObject({ error: 'Extend did not accept the request', message: expect.stringContaining('priority'), details: { status: 'rejected' } });
      expect(sent('POST', /batch$/)).toHaveLength(1);
      expect(sandbox.ledger().runs).toEqual([]);
    });
  },

  nullMetadata: () =>
    it.each([true, false])('%s: runs without metadata show an empty object', async (nullMetadata) => {
      sandbox.configure({ unknowns: { nullMetadata } });
      const { batchId, ids } = await ended(['a', 'b'], { options: { addCorrelationMetadata: false } });
      expect((await on('workflowRun', 'get', { workflowRunId: byId(ids[0] ?? '') })).json).toMatchObject([{ status: 'PROCESSED', metadata: {} }]);
      expect((await on('workflowRun', 'getBatchResults', {}, [{ batchId }])).json.map(({ status, metadata }) => [status, metadata])).toEqual(Array(2).fill(['PROCESSED', {}]));
      const options = { addCorrelationMetadata: false };
      for (const operation of ['run', 'batchRun'] as const) expect((await start(operation, ['a'], { ...waiting, options })).json).toMatchObject([{ status: 'PROCESSED', metadata: {} }]);
      expect((await on('workflowRun', 'update', { workflowRunId: byId(ids[0] ?? ''), metadata: '{"a":1}' })).json).toMatchObject([{ metadata: { a: 1 } }]);
    }),

  runWithoutRecord: () => {
    const texts = ['first', 'NO RUN', 'third'];

    it('true: waiting ends with the time limit, and the input that is missing is named on its item', async () => {
      sandbox.configure({ unknowns: { runWithoutRecord: true } });
      const { json, origins } = await start('batchRun', texts, { ...waiting, options: { timeLimitMinutes: 0.02 } }, { lookBack: true });
      expect(json.map(({ status, timedOut }) => [status, timedOut])).toEqual([['PROCESSED', undefined], ['NOT_LISTED', true], ['PROCESSED', undefined]]);
      expect(origins).toEqual(texts.map((text) => ({ text })));
    });

    it('true: the loop ends with its time limit, and says what is missing', async () => {
      sandbox.configure({ unknowns: { runWithoutRecord: true } });
      const { ids, ...batch } = await ended(texts);
      expect(ids).toHaveLength(2);
      const since = new Date(Date.now() - 61_000).toISOString();
      const look = async (more: object) => await on('workflowRun', 'getBatchResults', { options: { separateRunning: true, timeLimitMinutes: 1 } }, [{ ...batch, ...more }]);
      expect((await look({})).outputs.map((items) => items.length)).toEqual([0, 1]);
      expect((await look({ progress: { since } })).json).toMatchObject([{ status: 'PROCESSED' }, { status: 'PROCESSED' }, { status: 'NOT_LISTED', timedOut: true }]);
    });

    it('false: every input has its result', async () => {
      expect((await start('batchRun', texts, waiting)).json.map(({ status }) => status)).toEqual(['PROCESSED', 'PROCESSED', 'PROCESSED']);
    });
  },

  badInput: () => {
    const parameters = () => ({ workflow: workflow(), fileSource: 'auto', fileId: '={{ $json.id }}', text: '={{ $json.text }}', ...waiting });
    const input = [{ text: 'a' }, { id: 'file_missing' }, { text: 'c' }];

    it('refuseBatch: is an error on its item', async () => {
      const { json } = await on('workflowRun', 'batchRun', parameters(), input, continueOnFail);
      expect(json).toMatchObject([{ status: 'PROCESSED' }, { status: 'PROCESSED' }, { details: { itemIndex: 1, status: 'rejected' } }]);
    });

    it('failRun: is a failed run on its item', async () => {
      sandbox.configure({ unknowns: { badInput: 'failRun' } });
      const { json } = await on('workflowRun', 'batchRun', parameters(), input);
      expect(json.map(({ status, source }) => [status, (source as IDataObject).itemIndex])).toEqual([['PROCESSED', 0], ['FAILED', 1], ['PROCESSED', 2]]);
      expect(json[1]).toMatchObject({ failureReason: expect.any(String), failureMessage: expect.any(String) });
    });
  },

  latestVersion: () =>
    it.each(['accept', 'reject'] as const)('%s: the latest version runs', async (latestVersion) => {
      sandbox.configure({ unknowns: { latestVersion } });
      for (const operation of ['run', 'batchRun'] as const) {
        expect((await start(operation, ['a'], { ...waiting, options: { version: 'latest' } })).json).toMatchObject([{ status: 'PROCESSED' }]);
      }
    }),

  cancelEndedStatus: () =>
    it.each([400, 409, 422] as const)('%i: is an error of Cancel, and a count of Cancel Batch', async (cancelEndedStatus) => {
      sandbox.configure({ unknowns: { cancelEndedStatus } });
      const { ids } = await ended(['a']);
      const single = await on('workflowRun', 'cancel', { workflowRunId: byId(ids[0] ?? '') });
      expect(single.error?.message).toContain('The run has ended as PROCESSED');
      // The run ends between the list and the request that cancels it.
      sandbox.configure({ runMs: 100 });
      const { json } = await start('batchRun', ['b']);
      sandbox.fault({ method: 'POST', path: '/cancel$', fault: { kind: 'slow', ms: 150 } });
      const batch = await on('workflowRun', 'cancelBatch', {}, [json[0] as IDataObject]);
      expect(batch.json).toMatchObject([{ cancelled: 0, alreadyEnded: 1, failed: [], statuses: { PROCESSED: 1 } }]);
    }),

  updateEnded: () => {
    const update = async () => await on('workflowRun', 'update', { workflowRunId: byId((await ended(['a'])).ids[0] ?? ''), metadata: '{"seen":true}' });

    it('accept: the metadata is there', async () => {
      expect((await update()).json).toMatchObject([{ status: 'PROCESSED', metadata: { seen: true } }]);
    });

    it('reject: the error says that the run has ended', async () => {
      sandbox.configure({ unknowns: { updateEnded: 'reject' } });
      expect((await update()).error).toMatchObject({ message: 'Extend did not accept the request', description: expect.stringContaining('has ended and cannot be updated') });
    });
  },

  retryAfter: () =>
    it.each(['seconds', 'date', 'none'] as const)('%s: reads over the limit of the plan all succeed', async (retryAfter) => {
      const { ids } = await ended(Array.from({ length: 25 }, (_, i) => `Document ${i}`));
      sandbox.configure({ plan: 'payg', unknowns: { retryAfter } });
      const { json, error } = await on('workflowRun', 'get', { workflowRunId: byId('={{ $json.id }}') }, ids.map((id) => ({ id })));
      expect(error).toBeUndefined();
      expect(json.map(({ workflowRunId }) => workflowRunId)).toEqual(ids);
      expect(sandbox.ledger().rateLimited).toBeGreaterThan(0);
    }),

  deleteFileDeletesRuns: () =>
    it.each([true, false])('%s: the file is deleted, and its run says whether it is there', async (deleteFileDeletesRuns) => {
      sandbox.configure({ unknowns: { deleteFileDeletesRuns } });
      const carried = { json: {}, binary: { data: await binaryOf(Buffer.from('a'), 'a.txt', 'text/plain') } };
      const [run] = (await on('workflowRun', 'run', { workflow: workflow(), fileSource: 'binary', ...waiting }, [carried])).json;
      const fileId = sandbox.ledger().files[0]?.id ?? '';
      expect((await on('file', 'delete', { fileId: byId(fileId) })).json).toEqual([{ fileId, deleted: true }]);
      const { json, error } = await on('workflowRun', 'get', { workflowRunId: byId(String(run?.workflowRunId)) });
      if (deleteFileDeletesRuns) expect(error?.message).toBe('Extend does not know this ID');
      else expect(json).toMatchObject([{ status: 'PROCESSED' }]);
    }),
};

/** No operation depends on these: they are about webhooks. */
const TRIGGER: Array<keyof Unknowns> = ['runEventsOnEndpoints', 'endpointUrls', 'signRetriesAnew'];

it('every unknown has tests', () => {
  expect([...Object.keys(OPERATIONS), ...TRIGGER].sort()).toEqual(Object.keys(settle({}).unknowns).sort());
});

for (const [unknown, tests] of Object.entries(OPERATIONS)) describe(unknown, tests);
