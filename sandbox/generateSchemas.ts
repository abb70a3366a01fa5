/** Writes JSON Schemas of the SDK's request types; `validation.ts` checks bodies against them. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

/** Request types of the routes the sandbox has. */
export const REQUEST_TYPES = {
  createBatch: 'WorkflowRunsCreateBatchRequest',
  createRun: 'WorkflowRunsCreateRequest',
  updateRun: 'WorkflowRunsUpdateRequest',
  createEndpoint: 'WebhookEndpointsCreateRequest',
  updateEndpoint: 'WebhookEndpointsUpdateRequest',
  createSubscription: 'WebhookSubscriptionsCreateRequest',
  updateSubscription: 'WebhookSubscriptionsUpdateRequest',
} as const;

const SDK = dirname(require.resolve('extend-ai/package.json'));

const FOLDERS = ['workflowRuns', 'webhookEndpoints', 'webhookSubscriptions'];

const fileOf = (type: string): string => {
  const folder = FOLDERS.find((name) => type.toLowerCase().startsWith(name.toLowerCase())) ?? '';
  return join(SDK, 'api', 'resources', folder, 'client', 'requests', `${type}.d.ts`);
};

/** The schemas as they follow from the SDK that is installed; unknown keys are refused. */
export const generateSchemas = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(REQUEST_TYPES).map(([name, type]) => {
      const config = { path: fileOf(type), skipTypeCheck: true, additionalProperties: false, topRef: false } as const;
      return [name, createGenerator({ ...config, expose: 'all', jsDoc: 'none' }).createSchema(type)];
    }),
  );

export const SCHEMAS_FILE = join(__dirname, 'schemas', 'requests.json');

if (require.main === module) writeFileSync(SCHEMAS_FILE, `${JSON.stringify(generateSchemas(), null, 1)}\n`);
