/**
 * One call of every operation of the Extend node, as a builder would set it up: for tests that go over all operations,
 * for the output schemas, and for examples.
 */
import type { IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../sandbox';
import { type Account, account, busyAccount, TEXTS, workingAccount } from './account';
import { binaryOf, type EngineOptions, type EngineRun } from './engine';
import { byId, onSandbox } from './onSandbox';

type Items = EngineOptions['input'];

export interface OperationCall {
  resource: string;
  operation: string;
  /** What a builder gets from it. */
  title: string;
  /** Fills the sandbox; the call may begin when it is done. */
  prepare(sandbox: Sandbox): Promise<Account>;
  /** Parameters that are not at their default. */
  parameters(account: Account): IDataObject;
  /** Input items. */
  input(account: Account): Items | Promise<Items>;
}

const ofEachRun = ({ workflowRunIds }: Account): Items => workflowRunIds.map((workflowRunId) => ({ workflowRunId }));
const ofEachFile = ({ fileIds }: Account): Items => fileIds.map((fileId) => ({ fileId }));
const ofNothing = (): Items => [{}];
const run = byId('={{ $json.workflowRunId }}');
const file = byId('={{ $json.fileId }}');

const STEPS = [
  { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
  { type: 'PARSE', name: 'Parse', config: {} },
];

export const operationCalls: OperationCall[] = [
  { resource: 'file', operation: 'delete', title: 'Delete the file of each item', prepare: account, parameters: () => ({ fileId: file }), input: ofEachFile },
  { resource: 'file', operation: 'download', title: 'Download the file of each item', prepare: account, parameters: () => ({ fileId: file }), input: ofEachFile },
  { resource: 'file', operation: 'get', title: 'Get the properties of the file of each item', prepare: account, parameters: () => ({ fileId: file }), input: ofEachFile },
  { resource: 'file', operation: 'getAll', title: 'List the newest files', prepare: account, parameters: () => ({}), input: ofNothing },
  {
    resource: 'file',
    operation: 'upload',
    title: 'Upload the file that each item carries',
    prepare: account,
    parameters: () => ({}),
    input: async () => [
      { json: {}, binary: { data: await binaryOf(Buffer.from('Invoice INV-5, total 9 USD'), 'invoice-5.txt', 'text/plain') } },
      { json: {}, binary: { data: await binaryOf(Buffer.from('?'), 'unknown', 'application/octet-stream') } },
    ],
  },

  { resource: 'workflow', operation: 'create', title: 'Create a workflow', prepare: account, parameters: () => ({ name: 'Receipts' }), input: ofNothing },
  {
    resource: 'workflow',
    operation: 'get',
    title: 'Get a workflow with the steps of its draft',
    prepare: account,
    parameters: ({ workflowId }) => ({ workflow: byId(workflowId) }),
    input: ofNothing,
  },
  { resource: 'workflow', operation: 'getAll', title: 'List the newest workflows', prepare: account, parameters: () => ({}), input: ofNothing },
  {
    resource: 'workflow',
    operation: 'update',
    title: 'Rename a workflow and replace the steps of its draft',
    prepare: account,
    parameters: ({ workflowId }) => ({ workflow: byId(workflowId), name: 'Receipts', replaceSteps: true, stepsJson: JSON.stringify(STEPS) }),
    input: ofNothing,
  },

  {
    resource: 'workflowRun',
    operation: 'batchRun',
    title: 'Run a workflow on the documents of all items, in batches',
    prepare: account,
    parameters: ({ workflowId }) => ({
      workflow: byId(workflowId),
      fileUrl: '={{ $json.url }}',
      metadataMode: 'fields',
      metadataFields: { values: [{ name: 'customerId', value: '={{ $json.customerId }}' }] },
    }),
    input: ({ documentUrl }) => [1, 2, 3].map((n) => ({ url: `${documentUrl}?pages=${n}`, customerId: `cust_${n}` })),
  },
  { resource: 'workflowRun', operation: 'cancel', title: 'Cancel the run of each item', prepare: busyAccount, parameters: () => ({ workflowRunId: run }), input: ofEachRun },
  { resource: 'workflowRun', operation: 'cancelBatch', title: 'Cancel all runs of a batch', prepare: busyAccount, parameters: () => ({}), input: ({ batchId }) => [{ batchId }] },
  { resource: 'workflowRun', operation: 'delete', title: 'Delete the run of each item', prepare: account, parameters: () => ({ workflowRunId: run }), input: ofEachRun },
  { resource: 'workflowRun', operation: 'get', title: 'Get the result of the run of each item', prepare: account, parameters: () => ({ workflowRunId: run }), input: ofEachRun },
  {
    resource: 'workflowRun',
    operation: 'getAll',
    title: 'List the newest runs',
    prepare: workingAccount,
    parameters: () => ({}),
    input: ofNothing,
  },
  { resource: 'workflowRun', operation: 'getBatchResults', title: 'Get the results of a batch', prepare: account, parameters: () => ({}), input: ({ batchId }) => [{ batchId }] },
  {
    resource: 'workflowRun',
    operation: 'run',
    title: 'Run a workflow on the text of each item and wait for the results',
    prepare: account,
    parameters: ({ workflowId }) => ({ workflow: byId(workflowId), fileSource: 'text', text: '={{ $json.text }}', waitForCompletion: 'poll' }),
    input: () => TEXTS.map((text) => ({ text })),
  },
  {
    resource: 'workflowRun',
    operation: 'update',
    title: 'Add to the metadata of the run of each item',
    prepare: account,
    parameters: () => ({ workflowRunId: run, metadata: '={{ { approved: true, by: $json.reviewer } }}' }),
    input: ({ workflowRunIds }) => workflowRunIds.map((workflowRunId) => ({ workflowRunId, reviewer: 'Ada' })),
  },

  {
    resource: 'workflowVersion',
    operation: 'create',
    title: 'Deploy the draft of a workflow as a new version',
    prepare: account,
    parameters: ({ workflowId }) => ({ workflow: byId(workflowId), name: '={{ $json.name }}' }),
    input: () => [{ name: 'With credit notes' }, {}],
  },
  {
    resource: 'workflowVersion',
    operation: 'get',
    title: 'Get a version of a workflow by its number, or as latest or draft',
    prepare: account,
    parameters: ({ workflowId }) => ({ workflow: byId(workflowId), versionId: byId('={{ $json.version }}') }),
    input: () => [{ version: 'latest' }, { version: '1' }, { version: 'draft' }],
  },
  {
    resource: 'workflowVersion',
    operation: 'getAll',
    title: 'List the versions of a workflow',
    prepare: account,
    parameters: ({ workflowId }) => ({ workflow: byId(workflowId) }),
    input: ofNothing,
  },
];

/** The call of one operation. */
export function callOf(resource: string, operation: string): OperationCall {
  const found = operationCalls.find((one) => one.resource === resource && one.operation === operation);
  if (!found) throw new Error(`No call of ${resource}: ${operation}`);
  return found;
}

/** Prepares the sandbox and runs the call in n8n's engine. */
export async function call({ resource, operation, prepare, parameters, input }: OperationCall, sandbox: Sandbox): Promise<EngineRun> {
  const prepared = await prepare(sandbox);
  return await onSandbox(() => sandbox)(resource, operation, parameters(prepared), await input(prepared));
}
