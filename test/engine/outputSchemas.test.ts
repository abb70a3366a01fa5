/** The schemas that n8n shows in mapping, beside what the nodes really give. */
import Ajv from 'ajv';
import { loadOutputSchema } from 'n8n-core';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { triggerItems } from '../../harness/triggerItems';
import { resources } from '../../nodes/Extend/actions';
import { type Sandbox, startSandbox, type Unknowns } from '../../sandbox';
import { fileOf, NODES, outputSchemas, outputsOf } from '../../scripts/outputSchemas';
import { fillNulls, type OutputSchema, schemaOf } from '../../scripts/support/schemaOf';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const committed = (): string[] => readdirSync(NODES, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('__schema__') && path.endsWith('.json'));
const read = (path: string): string => readFileSync(join(NODES, path), 'utf8');

/** The schema with no other properties than those it names. */
const closed = ({ properties, items, ...rest }: OutputSchema): object => ({
  ...rest,
  ...(properties && { additionalProperties: false, properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, closed(inner)])) }),
  ...(items && { items: closed(items) }),
});

/** What is wrong with items, by a committed schema. */
function problemsOf(path: string, items: unknown[]): string[] {
  const check = new Ajv({ strict: false, allErrors: true }).compile(closed(JSON.parse(read(path)) as OutputSchema));
  return items.flatMap((item) => (check(item) ? [] : (check.errors ?? []).map(({ instancePath, message, params }) => `${path}: ${instancePath} ${message} ${JSON.stringify(params)}`)));
}

it('there is one of every operation, and one of the trigger', () => {
  const ofOperations = resources.flatMap(({ value, operations }) => operations.map((operation) => `Extend/__schema__/v1.0.0/${value}/${operation.value}.json`));
  expect(committed().sort()).toEqual([...ofOperations, 'ExtendTrigger/__schema__/v1.0.0.json'].sort());
});

it('n8n finds them, for its own use too, where they are', () => {
  const find = (node: string, more: object) => loadOutputSchema({ nodeDir: join(NODES, node), version: 1, versionFallback: true, ...more });
  for (const { value: resource, operations } of resources) {
    for (const { value: operation } of operations) {
      expect(find('Extend', { resource, operation })).toEqual(JSON.parse(read(`Extend/__schema__/v1.0.0/${resource}/${operation}.json`)));
    }
  }
  expect(find('ExtendTrigger', {})).toEqual(JSON.parse(read('ExtendTrigger/__schema__/v1.0.0.json')));
});

it('they are those of the nodes as they are; `tsx scripts/outputSchemas.ts` writes them anew', async () => {
  const made = Object.entries(await outputSchemas(sandbox)).map(([path, schema]) => [path, fileOf(schema)]);
  expect(Object.fromEntries(committed().map((path) => [path, read(path)]))).toEqual(Object.fromEntries(made));
});

it.each<Partial<Unknowns>>([
  {},
  { stepTypeAt: 'step', createStatus: 'PENDING', nullMetadata: true, badInput: 'failRun' },
  { stepTypeAt: 'stepRun', runWithoutRecord: true, latestVersion: 'reject', priorityInBatch: 'ignore' },
])('every item fits them, and has nothing else, where Extend is like %j', async (unknowns) => {
  await using other = await startSandbox({ runMs: 30, unknowns });
  for (const [resource, operations] of await outputsOf(other)) {
    for (const [operation, items] of operations) {
      expect(items.length).toBeGreaterThan(0);
      expect(problemsOf(`Extend/__schema__/v1.0.0/${resource}/${operation}.json`, items)).toEqual([]);
    }
  }
  const events = await triggerItems(other);
  expect(events.length).toBeGreaterThan(0);
  expect(problemsOf('ExtendTrigger/__schema__/v1.0.0.json', events)).toEqual([]);
});

it('an item with something else, or of another type, does not fit', () => {
  const path = 'Extend/__schema__/v1.0.0/workflowRun/delete.json';
  expect(problemsOf(path, [{ workflowRunId: 'workflow_run_1', deleted: true }])).toEqual([]);
  expect(problemsOf(path, [{ workflowRunId: 1, deleted: true, more: 1 }])).toHaveLength(2);
});

describe('a schema made of values', () => {
  const free = new Set(['data']);

  it('has every property that one of them has, with every type', () => {
    expect(schemaOf([{ a: 'x', n: 1 }, { a: null, n: 1.5, list: [] }, { list: [{ b: true }, { c: null }] }], free)).toEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'] },
        n: { type: 'number' },
        list: { type: 'array', items: { type: 'object', properties: { b: { type: 'boolean' }, c: { type: 'null' } } } },
      },
    });
  });

  it('invents no keys of what is the user\'s own', () => {
    expect(schemaOf([{ data: { a: 1 } }, { data: null }], free)).toEqual({ type: 'object', properties: { data: { type: ['object', 'null'] } } });
  });

  it('takes the type of what was always null from where it is known', () => {
    const [here, there] = [schemaOf([{ a: null, b: [{ c: null }], d: null }], free), schemaOf([{ a: 'x', b: [{ c: 1 }] }], free)];
    expect(fillNulls(here, [here, there])).toEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'] },
        b: { type: 'array', items: { type: 'object', properties: { c: { type: ['integer', 'null'] } } } },
        d: { type: 'null' },
      },
    });
  });
});
