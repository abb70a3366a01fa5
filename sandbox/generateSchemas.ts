/** Writes JSON Schemas of the SDK's request types and of the sandbox's own controls; `validation/` checks bodies against them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

const SDK = dirname(require.resolve('extend-ai/package.json'));

const request = (folder: string, type: string) => ({ type, file: join(SDK, 'api/resources', folder, 'client/requests', `${type}.d.ts`) });
const own = (file: string, type: string) => ({ type, file: join(__dirname, file) });

/** Bodies that are checked, by the name of their schema. */
const TYPES = {
  createRun: request('workflowRuns', 'WorkflowRunsCreateRequest'),
  createBatch: request('workflowRuns', 'WorkflowRunsCreateBatchRequest'),
  updateRun: request('workflowRuns', 'WorkflowRunsUpdateRequest'),
  createWorkflow: request('workflows', 'WorkflowsCreateRequest'),
  updateWorkflow: request('workflows', 'WorkflowsUpdateRequest'),
  createVersion: request('workflowVersions', 'WorkflowVersionsCreateRequest'),
  createEndpoint: request('webhookEndpoints', 'WebhookEndpointsCreateRequest'),
  updateEndpoint: request('webhookEndpoints', 'WebhookEndpointsUpdateRequest'),
  createSubscription: request('webhookSubscriptions', 'WebhookSubscriptionsCreateRequest'),
  updateSubscription: request('webhookSubscriptions', 'WebhookSubscriptionsUpdateRequest'),
  fault: own('faults.ts', 'FaultRule'),
  options: own('options.ts', 'SandboxOptions'),
  deliver: own('webhooks/order.ts', 'DeliverOrder'),
};

export type SchemaName = keyof typeof TYPES;

interface Schema {
  properties?: Record<string, unknown>;
  [key: string]: unknown;
}

/** One schema as it follows from the packages that are installed; unknown keys are refused. */
function generate({ type, file }: { type: string; file: string }): Schema {
  const schema = createGenerator({
    path: file,
    tsconfig: join(__dirname, '../tsconfig.json'),
    skipTypeCheck: true,
    additionalProperties: false,
    topRef: false,
    expose: 'all',
    jsDoc: 'none',
  }).createSchema(type) as Schema;
  // The SDK's request types hold headers next to the body.
  const body = Object.entries(schema.properties ?? {}).filter(([name]) => !name.startsWith('x-extend-'));
  return { ...schema, properties: Object.fromEntries(body) };
}

/** All schemas, by the name of their file. */
export const generateSchemas = (): Record<string, string> =>
  Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [`${name}.json`, `${JSON.stringify(generate(type), null, 1)}\n`]));

export const SCHEMAS_FOLDER = join(__dirname, 'schemas');

if (require.main === module) {
  mkdirSync(SCHEMAS_FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(generateSchemas())) writeFileSync(join(SCHEMAS_FOLDER, name), text);
}
