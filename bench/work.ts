/** The work that is measured: Batch Run through n8n's engine, and what a developer would write with the official SDK. */
import { ExtendClient } from 'extend-ai';
import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';
import { join } from 'node:path';
import { type EngineRun, runExtend } from '../harness/engine';
import { pack } from '../harness/pack';
import type { BenchServer } from './server';

const BATCH = 1000;

export interface Row extends IDataObject {
  url: string;
  invoice: string;
  customer: string;
}

export const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ url: `https://example.com/invoices/${i}.pdf`, invoice: `INV-${i}`, customer: `c-${i % 97}` }));

export const credentialFor = ({ url, token }: BenchServer, plan = 'enterprise'): IDataObject => ({ apiToken: token, region: 'custom', baseUrl: url, plan, requestsPerSecond: 1000 });

/** Batch Run with three expressions per item. */
export const batchRunParameters = (workflowId: string): IDataObject => ({
  resource: 'workflowRun',
  operation: 'batchRun',
  workflow: { __rl: true, mode: 'id', value: workflowId },
  fileSource: 'url',
  fileUrl: '={{ $json.url }}',
  metadataMode: 'fields',
  metadataFields: { values: [{ name: 'invoice', value: '={{ $json.invoice }}' }, { name: 'customer', value: '={{ $json.customer }}' }] },
});

/** The node as it is published: what runs TypeScript here would add to its time. */
async function builtNode(): Promise<INodeType> {
  await pack();
  const { Extend } = (await import(join(__dirname, '../dist/nodes/Extend/Extend.node.js'))) as { Extend: new () => INodeType };
  return new Extend();
}

const built = builtNode();

/** Runs the built node in n8n's engine. */
export async function runBuilt(input: Array<INodeExecutionData | IDataObject>, credential: IDataObject, parameters: IDataObject): Promise<EngineRun> {
  const ended = await runExtend({ type: await built, input, credential, parameters });
  if (ended.error) throw new Error(ended.error.message);
  return ended;
}

/** Submits rows with the node. */
export const withNode = (server: BenchServer, items: Row[]) => async (): Promise<void> => {
  const input = items.map((json) => ({ json }));
  const { json } = await runBuilt(input, credentialFor(server), batchRunParameters(server.workflowId));
  const submitted = json.reduce((sum, { inputCount }) => sum + Number(inputCount), 0);
  if (submitted !== items.length) throw new Error(`${submitted} of ${items.length} inputs were submitted`);
};

export const sdkFor = ({ url, token }: BenchServer): ExtendClient => new ExtendClient({ token, baseUrl: url });

/** Submits rows with a plain script: one batch after the other. */
export const withSdk = (server: BenchServer, items: Row[]) => async (): Promise<void> => {
  const client = sdkFor(server);
  for (let start = 0; start < items.length; start += BATCH) {
    const inputs = items.slice(start, start + BATCH).map(({ url, invoice, customer }) => ({ file: { url }, metadata: { invoice, customer } }));
    await client.workflowRuns.createBatch({ workflow: { id: server.workflowId }, inputs });
  }
};
