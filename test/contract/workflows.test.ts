import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf, pagesOf, until } from '../../harness/sandboxClient';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10 });

const trigger: Extend.WorkflowStepDefinition = { type: 'TRIGGER', name: 'Start', next: [{ step: 'Read' }] };
const parse: Extend.WorkflowStepDefinition = { type: 'PARSE', name: 'Read', config: {} };
const extract = (config?: Extend.ExtractStepDefinitionConfig): Extend.WorkflowStepDefinition => ({ type: 'EXTRACT', name: 'Get', config });
const extractor = { extractor: { id: 'ex_1', version: 'latest' } };

describe('workflows', () => {
  it('there is one from the start, published, that stays the same after a reset', async () => {
    const { data } = await client.workflows.list();
    expect(data).toMatchObject([{ object: 'workflow', id: sandbox.workflowId, name: 'Invoices' }]);
    const { draftVersion } = await client.workflows.retrieve(sandbox.workflowId);
    expect(draftVersion.steps.map(({ type }) => type)).toEqual(['TRIGGER', 'PARSE', 'CLASSIFY', 'EXTRACT', 'RULE_VALIDATION']);
    expect((await client.workflowVersions.retrieve(sandbox.workflowId, 'latest')).version).toBe('1');
  });

  it('are created, renamed, given steps, and listed page by page', async () => {
    for (const name of ['A', 'B', 'C']) await client.workflows.create({ name });
    const created = await client.workflows.create({ name: 'D' });
    expect(created.draftVersion.steps.map(({ type }) => type)).toEqual(['TRIGGER', 'PARSE']);
    const updated = await client.workflows.update(created.id, { name: 'E', steps: [trigger, parse, extract(extractor)] });
    expect(updated).toMatchObject({ id: created.id, name: 'E', draftVersion: { version: 'draft', steps: { length: 3 } } });
    const pages = await pagesOf((nextPageToken) => client.workflows.list({ maxPageSize: 2, sortBy: 'createdAt', sortDir: 'asc', nextPageToken }));
    expect(pages.map((page) => page.map(({ name }) => name))).toEqual([['Invoices', 'A'], ['B', 'C'], ['E']]);
  });

  it.each<[string, Extend.WorkflowStepDefinition[], RegExp]>([
    ['without a trigger', [parse], /Exactly one TRIGGER/],
    ['with two parsers', [trigger, parse, { ...parse, name: 'Again' }], /Exactly one PARSE/],
    ['whose trigger leads elsewhere', [{ ...trigger, next: [{ step: 'Get' }] } as Extend.WorkflowStepDefinition, parse, extract(extractor)], /Path: steps\[0\]\.next$/],
    ['with a name twice', [trigger, parse, extract(extractor), extract(extractor)], /Path: steps\[3\]\.name$/],
    ['that lead nowhere', [trigger, { ...parse, next: [{ step: 'Gone' }] } as Extend.WorkflowStepDefinition], /no step named Gone/],
    ['of a kind nobody knows', [trigger, parse, { type: 'DREAM', name: 'x' } as never], /Path: steps\[2\]$/],
  ])('refuse steps %s', async (_, steps, message) => {
    await expect(client.workflows.create({ name: 'A', steps })).rejects.toMatchObject({ statusCode: 400, body: { message: expect.stringMatching(message) } });
  });
});

describe('versions', () => {
  it('are deployed from the draft or from given steps, and found by number, id, draft and latest', async () => {
    const { id, draftVersion } = await client.workflows.create({ name: 'A' });
    expect((await client.workflowVersions.retrieve(id, 'latest')).id).toBe(draftVersion.id);
    const first = await client.workflowVersions.create(id, { name: 'first' });
    const second = await client.workflowVersions.create(id, { steps: [trigger, parse, extract(extractor)] });
    expect([first.version, first.name, second.version]).toEqual(['1', 'first', '2']);
    const found = await Promise.all(['1', first.id, 'draft', 'latest'].map(async (version) => await client.workflowVersions.retrieve(id, version)));
    expect(found.map((version) => version.id)).toEqual([first.id, first.id, draftVersion.id, second.id]);
    expect((await client.workflowVersions.list(id)).data.map(({ version }) => version)).toEqual(['2', '1', 'draft']);
    await expect(client.workflowVersions.retrieve(id, '3')).rejects.toThrow(Extend.NotFoundError);
  });

  it('need a config for every step, which a draft does not', async () => {
    const { id } = await client.workflows.create({ name: 'A', steps: [trigger, parse, extract()] });
    await expect(client.workflowVersions.create(id)).rejects.toMatchObject({ body: { message: expect.stringMatching(/Path: steps\[2\]\.config$/) } });
  });

  it('decide what a run does; without a published one it is the draft', async () => {
    const { id } = await client.workflows.create({ name: 'A', steps: [trigger, parse, extract(extractor)] });
    const kinds = async (version?: string) => {
      const created = await client.workflowRuns.create({ workflow: { id, version }, file: { text: 'Total 3' } });
      await until(async () => (await client.workflowRuns.retrieve(created.id)).status === 'PROCESSED', 'the run');
      const { workflowVersion, stepRuns } = await client.workflowRuns.retrieve(created.id);
      return [workflowVersion.version, ...stepRuns.map(({ stepType }) => stepType)];
    };
    expect(await kinds()).toEqual(['draft', 'PARSE', 'EXTRACT']);
    await client.workflowVersions.create(id, { steps: [trigger, parse] });
    expect(await kinds()).toEqual(['1', 'PARSE']);
    expect(await kinds('draft')).toEqual(['draft', 'PARSE', 'EXTRACT']);
  });

  it('can have steps of every kind that gives results', async () => {
    const steps: Extend.WorkflowStepDefinition[] = [
      trigger,
      parse,
      { type: 'SPLIT', name: 'Split', config: { splitter: { id: 'spl_1', version: '1.0' } } },
      { type: 'CONDITIONAL_EXTRACT', name: 'Choose', config: { rules: [{ formula: 'TRUE', extractor: { id: 'ex_1', version: 'latest' } }] } },
      { type: 'MERGE_EXTRACT', name: 'Merge' },
      { type: 'RULE_VALIDATION', name: 'Rules', config: { rules: [{ name: 'never', formula: 'FALSE' }] } },
      { type: 'EXTERNAL_DATA_VALIDATION', name: 'Ask', config: { requestOptions: { url: 'https://example.com', method: 'POST' } } },
      { type: 'HUMAN_REVIEW', name: 'Look' },
    ];
    const { id } = await client.workflows.create({ name: 'All', steps });
    const created = await client.workflowRuns.create({ workflow: { id }, file: { text: 'Total 3' } });
    await until(async () => (await client.workflowRuns.retrieve(created.id)).status === 'PROCESSED', 'the run');
    const { stepRuns } = await client.workflowRuns.retrieve(created.id);
    expect(stepRuns.map(({ stepType, result }) => [stepType, Object.keys(result ?? {})])).toEqual([
      ['PARSE', ['parseRun']],
      ['SPLIT', ['splitRun']],
      ['CONDITIONAL_EXTRACT', ['extractRun']],
      ['MERGE_EXTRACT', ['mergedExtractors', 'extractRun']],
      ['RULE_VALIDATION', ['rules', 'allPassed']],
      ['EXTERNAL_DATA_VALIDATION', ['response']],
    ]);
    expect((stepRuns[4] as Extend.StepRun.RuleValidation).result?.allPassed).toBe(false);
  });
});
