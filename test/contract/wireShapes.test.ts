import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExtendClient } from 'extend-ai';
import { type Sandbox, splitSteps, startSandbox } from '../../sandbox';
import { clientOf, until } from '../../harness/sandboxClient';
import { type Ids, METHODS } from './methods';

interface Example {
  /** Method of the official client, such as `workflowRuns.list`. */
  sdk: string;
  name: string;
  response: unknown;
}

/** What the official client's own tests answer, for the routes of the sandbox. */
const EXAMPLES = JSON.parse(readFileSync(join(__dirname, 'wireExamples.json'), 'utf8')) as Example[];

/** Places whose keys belong to the user. */
const FREE = /(^workflowRuns\.\w+\.metadata|\.advancedOptions\.headers|parseRun\.config)\.\w+$/;

/** Why an answer of the sandbox may lack what an example has. */
const LACKING: Array<[RegExp, string]> = [
  [/\.nextPageToken$/, 'there is no further page'],
  [/^workflowRuns\.(create|cancel)\.files\[\]\.metadata\.parentSplit$/, 'the document of the run is no part of another'],
  [/\.output\.ocr$/, 'the parse step does not ask for it (returnOcr)'],
  [/\.charges\[\]\.pages$/, 'the charge is for all pages'],
];

/** Why it may have what no example has. */
const BEYOND: Array<[RegExp, string]> = [
  [/\.createdBy$/, 'the examples are older than version 1.17.0 of the client, which has it'],
  [/\.stepRuns\[\]\.step\.type$/, 'the types have it, and `stepTypeAt` switches it'],
  [/^webhookEndpoints\.list\..*\.advancedOptions\.(headers|payload)$/, 'the example has an empty object, others have both'],
];

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** The keys and types in which an answer is not like the example. Of lists the first entries are compared. */
function differences(example: unknown, answer: unknown, path: string): string[] {
  const [wanted, given] = [kindOf(example), kindOf(answer)];
  if (wanted === 'null' || given === 'null') return [];
  if (wanted !== given) return [`${path}: ${given} instead of ${wanted}`];
  if (Array.isArray(example) && Array.isArray(answer)) {
    const [first] = answer;
    return example.length > 0 && answer.length > 0 ? differences(example[0], first, `${path}[]`) : [];
  }
  if (wanted !== 'object') return [];
  const [one, other] = [example as Record<string, unknown>, answer as Record<string, unknown>];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) => {
    const place = `${path}.${key}`;
    if (FREE.test(place)) return [];
    if (!(key in other)) return LACKING.some(([where]) => where.test(place)) ? [] : [`${place}: missing`];
    if (!(key in one)) return BEYOND.some(([where]) => where.test(place)) ? [] : [`${place}: not in the example`];
    return differences(one[key], other[key], place);
  });
}

let sandbox: Sandbox;
let client: ExtendClient;
let ids: Ids;

/** A run on a part of another document in every state, so that as much as possible has a value. */
beforeAll(async () => {
  sandbox = await startSandbox({ runMs: 10 });
  client = clientOf(sandbox);
  const workflow = (await client.workflows.create({ name: 'Parts', steps: splitSteps })).id;
  await client.workflowVersions.create(workflow, { name: 'Production' });
  const runOn = async (file: { id: string } | { text: string }) => {
    const { id } = await client.workflowRuns.create({ workflow: { id: workflow }, file, metadata: { key: 'value' } });
    await until(async () => (await client.workflowRuns.retrieve(id)).status === 'PROCESSED', 'the run');
    return await client.workflowRuns.retrieve(id);
  };
  const [, split] = (await runOn({ text: '--- Invoice INV-1 ---\nTotal 1\n--- Invoice INV-2 ---\nTotal 2' })).stepRuns;
  const file = (split?.stepType === 'SPLIT' && split.result?.splitRun.output?.splits[0]?.fileId) || '';
  const run = (await runOn({ id: file })).id;
  const advancedOptions = { headers: { key: 'value' }, payload: { format: 'url' as const, urlThresholdBytes: 1 } };
  const endpoint = (await client.webhookEndpoints.create({ url: 'https://example.com', name: 'A', enabledEvents: [], apiVersion: '2026-02-09', advancedOptions })).id;
  const subscription = (await client.webhookSubscriptions.create({ webhookEndpointId: endpoint, resourceType: 'workflow', resourceId: workflow, enabledEvents: ['workflow_run.completed'] })).id;
  ids = { workflow, run, file, endpoint, subscription };
});
afterAll(async () => await sandbox.close());

// Last, and subscriptions before their endpoint.
const DELETES = EXAMPLES.filter(({ sdk }) => sdk.endsWith('.delete'));

it.each([...EXAMPLES.filter((example) => !DELETES.includes(example)), ...[...DELETES].reverse()].map((example) => [`${example.sdk}, ${example.name}`, example] as const))('%s: the answer of the sandbox has the shape of the official example', async (_, { sdk, response }) => {
  const [resource = '', method = ''] = sdk.split('.');
  const call = METHODS[resource]?.[method];
  // Only runs that go on can be cancelled.
  const known = sdk === 'workflowRuns.cancel' ? { ...ids, run: await goingOn() } : ids;
  expect(differences(response, await call?.works(client, known), sdk)).toEqual([]);
});

async function goingOn(): Promise<string> {
  sandbox.configure({ runMs: 60_000 });
  const { id } = await client.workflowRuns.create({ workflow: { id: ids.workflow }, file: { text: 'a' } });
  sandbox.configure({ runMs: 10 });
  return id;
}
