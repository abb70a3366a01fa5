/**
 * Writes the schemas of output items that n8n shows in mapping before a node has run: `tsx scripts/outputSchemas.ts`.
 * They are made of what the operations give in n8n's engine on the sandbox, with default parameters.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { call, callOf, type OperationCall, operationCalls } from '../harness/operationCalls';
import { triggerItems } from '../harness/triggerItems';
import { type Sandbox, startSandbox } from '../sandbox';
import { fillNulls, type OutputSchema, schemaOf } from './support/schemaOf';

export const NODES = join(__dirname, '../nodes');

/** Outputs by step name, and objects whose keys are the user's data, or statuses. */
const FREE = new Set(['outputs', 'metadata', 'statuses']);

/** A cancel that Extend refuses for one run. */
const refusedCancel: OperationCall = {
  ...callOf('workflowRun', 'cancelBatch'),
  prepare: async (sandbox) => {
    const account = await callOf('workflowRun', 'cancelBatch').prepare(sandbox);
    sandbox.fault({ method: 'POST', path: `/${account.workflowRunIds[0]}/cancel$`, fault: { kind: 'status', status: 400, body: { code: 'INVALID_REQUEST', message: 'Not now' } } });
    return account;
  },
};

/** The json of every output item, by resource and operation. */
export async function outputsOf(sandbox: Sandbox): Promise<Map<string, Map<string, unknown[]>>> {
  const outputs = new Map<string, Map<string, unknown[]>>();
  for (const one of [...operationCalls, refusedCancel]) {
    sandbox.reset();
    const { json, error } = await call(one, sandbox);
    if (error) throw new Error(`${one.resource}: ${one.operation}: ${error.message}`);
    const ofResource = outputs.get(one.resource) ?? new Map<string, unknown[]>();
    outputs.set(one.resource, ofResource.set(one.operation, [...(ofResource.get(one.operation) ?? []), ...json]));
  }
  return outputs;
}

/** All schemas, by the path of their file in the folder of the nodes. */
export async function outputSchemas(sandbox: Sandbox): Promise<Record<string, OutputSchema>> {
  const schemas: Record<string, OutputSchema> = {};
  for (const [resource, operations] of await outputsOf(sandbox)) {
    const made = [...operations].map(([operation, items]) => ({ operation, schema: schemaOf(items, FREE) }));
    for (const { operation, schema } of made) {
      schemas[`Extend/__schema__/v1.0.0/${resource}/${operation}.json`] = fillNulls(schema, made.map((one) => one.schema));
    }
  }
  schemas['ExtendTrigger/__schema__/v1.0.0.json'] = schemaOf(await triggerItems(sandbox), FREE);
  return schemas;
}

/** A schema as n8n's own nodes keep it. */
export const fileOf = (schema: OutputSchema): string => `${JSON.stringify({ ...schema, version: 1 }, null, 2)}\n`;

async function main(): Promise<void> {
  const sandbox = await startSandbox({ runMs: 20 });
  const schemas = await outputSchemas(sandbox);
  await sandbox.close();
  for (const node of ['Extend', 'ExtendTrigger']) rmSync(join(NODES, node, '__schema__'), { recursive: true, force: true });
  for (const [path, schema] of Object.entries(schemas)) {
    mkdirSync(dirname(join(NODES, path)), { recursive: true });
    writeFileSync(join(NODES, path), fileOf(schema));
  }
}

if (require.main === module) void main();
