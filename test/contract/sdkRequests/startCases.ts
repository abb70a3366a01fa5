import type { Extend } from 'extend-ai';
import type { IDataObject } from 'n8n-workflow';
import type { Account } from '../../../harness/account';
import { byId } from '../../../harness/onSandbox';
import { callOf } from '../../../harness/operationCalls';
import { carrying, forEach, pdf, type RequestCase, variant } from './cases';
import { cadence, correlation, newestFirst, pageSize } from './differences';

const run = callOf('workflowRun', 'run');

const text = 'Invoice INV-17, total 12.50 EUR';
/** Run with these parameters, for one item. */
const runOf = (
  title: string,
  parameters: (account: Account) => IDataObject,
  request: (account: Account) => Omit<Extend.WorkflowRunsCreateRequest, 'workflow'> & { version?: string },
): RequestCase => ({
  call: variant(run, title, { parameters: (account) => ({ workflow: byId(account.workflowId), ...parameters(account) }), input: () => [{}] }),
  sdk: async (client, account) => {
    const { version, ...rest } = request(account);
    await client.workflowRuns.create({ workflow: { id: account.workflowId, ...(version && { version }) }, ...rest });
  },
  differs: [correlation],
});

export const startCases: RequestCase[] = [
  {
    call: run,
    sdk: async (client, { workflowId }) => {
      const texts = ((await run.input({} as Account)) as Array<{ text: string }>).map(({ text: own }) => own);
      await forEach(texts, async (own) => await client.workflowRuns.createAndPoll({ workflow: { id: workflowId }, file: { text: own } }));
    },
    differs: [correlation, cadence],
  },
  runOf('of a URL', ({ documentUrl }) => ({ fileUrl: documentUrl, options: { fileName: 'mine.pdf', pdfPassword: 'p' } }), ({ documentUrl: url }) => ({
    file: { url, name: 'mine.pdf', settings: { password: 'p' } },
  })),
  runOf('of a file', ({ fileIds: [id] }) => ({ fileSource: 'fileId', fileId: id as string }), ({ fileIds: [id] }) => ({ file: { id: id as string } })),
  runOf('of a text with a name', () => ({ fileSource: 'text', text, options: { fileName: 'mail.txt' } }), () => ({ file: { text, name: 'mail.txt' } })),
  runOf('of the draft', () => ({ fileSource: 'text', text, options: { version: 'draft' } }), () => ({ file: { text }, version: 'draft' })),
  runOf('of a version', () => ({ fileSource: 'text', text, options: { version: { __rl: true, mode: 'id', value: '1' } } }), () => ({ file: { text }, version: '1' })),
  runOf(
    'with priority, secrets, metadata and tags',
    () => ({
      fileSource: 'text',
      text,
      metadataMode: 'json',
      metadataJson: '{"order": 7, "deep": {"list": [1, null, "ü"]}}',
      options: { priority: 3, secrets: { values: [{ name: 'erp', value: 's3' }] }, usageTags: 'finance, q-4' },
    }),
    () => ({ file: { text }, priority: 3, secrets: { erp: 's3' }, metadata: { order: 7, deep: { list: [1, null, 'ü'] }, 'extend:usage_tags': ['finance', 'q-4'] } }),
  ),
  runOf(
    'with given outputs',
    () => ({ fileSource: 'text', text, options: { outputs: '[{"processorId": "ex_invoice", "output": {"value": {"total": 1}}}]' } }),
    () => ({ file: { text }, outputs: [{ processorId: 'ex_invoice', output: { value: { total: 1 } } }] }),
  ),
  {
    ...runOf('without correlation', () => ({ fileSource: 'text', text, options: { addCorrelationMetadata: false } }), () => ({ file: { text } })),
    differs: [],
  },
  {
    call: variant(run, 'of a file that the item carries', {
      parameters: ({ workflowId }) => ({ workflow: byId(workflowId), fileSource: 'binary', binaryPropertyName: 'file0' }),
      input: async () => await carrying(pdf('a.pdf')),
    }),
    sdk: async (client, { workflowId }) => {
      const { id } = await client.files.upload(pdf('a.pdf'), {});
      await client.workflowRuns.create({ workflow: { id: workflowId }, file: { id } });
    },
    differs: [correlation],
  },
  {
    call: variant(run, 'of a package', {
      parameters: ({ workflowId, documentUrl, fileIds: [id] }) => ({ workflow: byId(workflowId), fileSource: 'package', packageFiles: `${documentUrl}, file0\n${id}, file1` }),
      input: async () => await carrying(pdf('a.pdf'), pdf('b.pdf')),
    }),
    sdk: async (client, { workflowId, documentUrl: url, fileIds: [id] }) => {
      const a = await client.files.upload(pdf('a.pdf'), {});
      const b = await client.files.upload(pdf('b.pdf'), {});
      await client.workflowRuns.create({ workflow: { id: workflowId }, package: { files: [{ url }, { id: a.id }, { id: id as string }, { id: b.id }] } });
    },
    differs: [correlation],
  },
  {
    call: variant(run, 'whose answer is lost', {
      prepare: async (sandbox) => {
        const account = await run.prepare(sandbox);
        sandbox.fault({ method: 'POST', path: '^/workflow_runs$', fault: { kind: 'reset', when: 'after' } });
        return account;
      },
      parameters: ({ workflowId }) => ({ workflow: byId(workflowId), fileSource: 'text', text: 'lost' }),
      input: () => [{}],
    }),
    sdk: async (client, { workflowId }) => {
      const { id } = await client.workflowRuns.create({ workflow: { id: workflowId }, file: { text: 'lost' } });
      await client.workflowRuns.list({ workflowId });
      await client.workflowRuns.retrieve(id);
    },
    differs: [correlation, newestFirst, pageSize, cadence],
  },
];
