/** What the README shows is what comes out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { useBinaryMode } from '../../harness/engine';
import { byId, onSandbox } from '../../harness/onSandbox';
import { triggerItems } from '../../harness/triggerItems';
import type { Sandbox } from '../../sandbox';
import { BEGIN, END, readmeExamples } from '../support/readmeExamples';
import { useSandbox } from '../support/useSandbox';

const README = join(__dirname, '../../README.md');
const readme = readFileSync(README, 'utf8');

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));
beforeAll(async () => await useBinaryMode('filesystem'));

it('the README shows what every operation gives when it is run', async () => {
  const made = `${BEGIN}\n\n${await readmeExamples(sandbox)}\n\n${END}`;
  const shown = readme.slice(readme.indexOf(BEGIN), readme.indexOf(END) + END.length);
  if (process.env.UPDATE_README) writeFileSync(README, readme.replace(shown, () => made));
  else expect(shown).toBe(made);
}, 60_000);

/** The examples in JSON of a section. */
const examplesOf = (title: string): unknown[] => {
  const section = readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```json\n([^]*?)\n```/g)].map(([, json = '']) => JSON.parse(json) as unknown);
};

/** The kinds of all values, in the order of the keys; of a list, that of its first entry. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

/** The same without what a workflow says in its own words. */
const comparable = (json: IDataObject): unknown => shapeOf({ ...json, ...(json.outputs !== undefined && { outputs: {} }) });

describe('the examples of Batch Run', () => {
  const [input, perBatch, perInput, polled, failed] = examplesOf('Batch Run Workflow') as [IDataObject[], IDataObject[], IDataObject[], IDataObject[], IDataObject];
  const documents = () => `${sandbox.url}/_sandbox/documents`;
  const batchRun = async (parameters: IDataObject, items = input) =>
    await onSandbox(() => sandbox)(
      'workflowRun',
      'batchRun',
      {
        workflow: byId(sandbox.workflowId),
        fileSource: 'url',
        fileUrl: '={{ $json.url }}',
        metadataMode: 'fields',
        metadataFields: { values: [{ name: 'customer', value: '={{ $json.customer }}' }] },
        ...parameters,
      },
      items.map(({ url, ...rest }) => ({ ...rest, url: String(url).replace('https://example.com', documents()) })),
      { node: { onError: 'continueRegularOutput' } },
    );

  it.each([
    ['per batch', { output: 'perBatch' }, perBatch],
    ['per input', { output: 'perInput' }, perInput],
    ['with results', { waitForCompletion: 'poll' }, polled],
  ])('%s', async (_, parameters, shown) => {
    const { json } = await batchRun(parameters);
    expect(json.map(comparable)).toEqual(json.map(() => comparable(shown[0] as IDataObject)));
    expect(Object.keys(json[0] ?? {})).toEqual(Object.keys(shown[0] ?? {}));
    expect(json).toHaveLength(shown === polled ? input.length : shown.length);
  });

  it('of an error', async () => {
    const { json } = await batchRun({ options: { onInvalidItems: 'skip' } }, [input[0] as IDataObject, { ...input[1], url: '' }]);
    expect(json.filter(({ error }) => error !== undefined)).toEqual([failed]);
  });

  it('of a document that was submitted before', async () => {
    const parameters = { options: { deduplicationKey: '={{ $json.customer }}' } };
    await batchRun(parameters);
    const { json } = await batchRun(parameters);
    const keys = /`\{ "status": "alreadySubmitted", (.*?) \}`/.exec(readme)?.[1]?.match(/(?<=")\w+(?=":)/g) ?? [];
    expect(keys).toHaveLength(2);
    for (const item of json) expect(item).toMatchObject({ status: 'alreadySubmitted', ...Object.fromEntries(keys.map((key) => [key, expect.any(String)])) });
    expect(json).toHaveLength(2);
  });
});

it('the example of a loop', async () => {
  const [shown] = examplesOf('Three ways to results') as [IDataObject];
  sandbox.configure({ runMs: 60_000 });
  const on = onSandbox(() => sandbox);
  const { json: submitted } = await on('workflowRun', 'batchRun', { workflow: byId(sandbox.workflowId), fileSource: 'text', text: '={{ $json.text }}' }, [{ text: 'A' }, { text: 'B' }]);
  const { outputs } = await on('workflowRun', 'getBatchResults', { batchId: '={{ $json.batchId }}', options: { separateRunning: true } }, submitted);
  const item = outputs.flat()[0]?.json;
  const { statuses, ...progress } = item?.progress as IDataObject;
  const { statuses: shownStatuses, ...shownProgress } = shown.progress as IDataObject;
  // Nothing has ended yet, so there is nothing to tell the rest of the time by.
  expect(shapeOf(progress)).toEqual({ ...(shapeOf(shownProgress) as object), secondsLeft: null });
  expect([...Object.values(statuses as IDataObject), ...Object.values(shownStatuses as IDataObject)].every(Number.isInteger)).toBe(true);
  expect(item).toMatchObject({ batchId: submitted[0]?.batchId, inputCount: 2 });
});

it('the example of the trigger', async () => {
  const [shown] = examplesOf('Extend Trigger') as [IDataObject];
  const found = (await triggerItems(sandbox)).find(({ status, batchId }) => status === 'PROCESSED' && batchId !== null);
  const withoutMetadata = (json: IDataObject) => comparable({ ...json, metadata: {} });
  expect(withoutMetadata(found ?? {})).toEqual(withoutMetadata(shown));
});
