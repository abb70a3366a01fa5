import type { Extend } from 'extend-ai';
import type { IDataObject } from 'n8n-workflow';
import type { Account } from '../../../harness/account';
import { byId } from '../../../harness/onSandbox';
import { callOf } from '../../../harness/operationCalls';
import { carrying, forEach, pdf, type RequestCase, variant } from './cases';
import { cadence, correlation, newestFirst, oldestFirst, pageSize } from './differences';

const batchRun = callOf('workflowRun', 'batchRun');
const text = 'Invoice INV-17, total 12.50 EUR';

/** A batch with these parameters. */
const batchOf = (
  title: string,
  parameters: IDataObject,
  input: (account: Account) => IDataObject[],
  request: (account: Account) => Omit<Extend.WorkflowRunsCreateBatchRequest, 'workflow'> & { version?: string },
): RequestCase => ({
  call: variant(batchRun, title, { parameters: ({ workflowId }) => ({ workflow: byId(workflowId), ...parameters }), input }),
  sdk: async (client, account) => {
    const { version, ...rest } = request(account);
    await client.workflowRuns.createBatch({ workflow: { id: account.workflowId, ...(version && { version }) }, ...rest });
  },
  differs: [correlation],
});

export const batchCases: RequestCase[] = [
  {
    call: batchRun,
    sdk: async (client, account) => {
      const items = (await batchRun.input(account)) as Array<{ url: string; customerId: string }>;
      const inputs = items.map(({ url, customerId }) => ({ file: { url }, metadata: { customerId } }));
      await client.workflowRuns.createBatch({ workflow: { id: account.workflowId }, inputs });
    },
    differs: [correlation],
  },
  batchOf(
    'with version, priority, secrets, metadata and tags',
    {
      fileSource: 'text',
      text: '={{ $json.text }}',
      metadataMode: 'json',
      metadataJson: '={{ $json.metadata }}',
      options: { version: byId('={{ $json.version }}'), priority: 5, secrets: { values: [{ name: 'erp', value: '={{ $json.key }}' }] }, usageTags: 'finance', fileName: '={{ $json.name }}' },
    },
    () => [1, 2].map((n) => ({ text: `Document ${n}`, metadata: { n, nothing: null }, key: `k${n}`, name: `${n}.txt`, version: 1 })),
    () => ({
      version: '1',
      priority: 5,
      inputs: [1, 2].map((n) => ({
        file: { text: `Document ${n}`, name: `${n}.txt` },
        metadata: { n, nothing: null, 'extend:usage_tags': ['finance'] },
        secrets: { erp: `k${n}` },
      })),
    }),
  ),
  batchOf(
    'of the draft, with sources that differ',
    { fileSource: 'auto', fileUrl: '={{ $json.url }}', fileId: '={{ $json.id }}', text: '={{ $json.text }}', options: { version: 'draft', pdfPassword: 'p' } },
    ({ documentUrl: url, fileIds: [id] }) => [{ url }, { id: id as string }, { text }],
    ({ documentUrl: url, fileIds: [id] }) => ({ version: 'draft', inputs: [{ file: { url, settings: { password: 'p' } } }, { file: { id: id as string } }, { file: { text } }] }),
  ),
  {
    ...batchOf('without correlation', { fileSource: 'text', text, options: { addCorrelationMetadata: false } }, () => [{}, {}], () => ({ inputs: [{ file: { text } }, { file: { text } }] })),
    differs: [],
  },
  {
    call: variant(batchRun, 'in batches of 2, with files that the items carry', {
      parameters: ({ workflowId }) => ({ workflow: byId(workflowId), fileSource: 'binary', binaryPropertyName: 'file0', options: { inputsPerBatch: 2 } }),
      input: async () => (await Promise.all(['a.pdf', 'b.pdf', 'c.pdf'].map(async (name) => await carrying(pdf(name))))).flat(),
    }),
    sdk: async (client, { workflowId }) => {
      const ids: string[] = [];
      await forEach(['a.pdf', 'b.pdf', 'c.pdf'], async (name) => ids.push((await client.files.upload(pdf(name), {})).id));
      const batch = async (own: string[]) => await client.workflowRuns.createBatch({ workflow: { id: workflowId }, inputs: own.map((id) => ({ file: { id } })) });
      await batch(ids.slice(0, 2));
      await batch(ids.slice(2));
    },
    differs: [correlation],
  },
  {
    call: variant(batchRun, 'that waits for results', {
      parameters: ({ workflowId }) => ({ workflow: byId(workflowId), fileSource: 'text', text: '={{ $json.text }}', waitForCompletion: 'poll' }),
      input: () => [{ text: 'first' }, { text: 'second' }],
    }),
    sdk: async (client, { workflowId }) => {
      const inputs = ['first', 'second'].map((own) => ({ file: { text: own } }));
      const { batchId } = await client.workflowRuns.createBatch({ workflow: { id: workflowId }, inputs });
      const { data } = await client.workflowRuns.list({ batchId });
      await forEach(data, async ({ id }) => await client.workflowRuns.retrieve(id));
    },
    differs: [correlation, oldestFirst, pageSize, cadence],
  },
  {
    call: variant(batchRun, 'whose answer is lost', {
      prepare: async (sandbox) => {
        const account = await batchRun.prepare(sandbox);
        sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'after' } });
        return account;
      },
      parameters: ({ workflowId }) => ({ workflow: byId(workflowId), fileSource: 'text', text: 'lost' }),
      input: () => [{}],
    }),
    sdk: async (client, { workflowId }) => {
      const { batchId } = await client.workflowRuns.createBatch({ workflow: { id: workflowId }, inputs: [{ file: { text: 'lost' } }] });
      const { data } = await client.workflowRuns.list({ workflowId });
      await forEach(data.filter((one) => one.batchId === batchId), async ({ id }) => await client.workflowRuns.retrieve(id));
    },
    differs: [correlation, newestFirst, pageSize, cadence],
  },
];
