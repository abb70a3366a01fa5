import type { Extend, ExtendClient } from 'extend-ai';
import { type Sandbox, splitSteps } from '../../sandbox';
import { clientOf, until } from '../../harness/sandboxClient';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
}, { runMs: 10 });

async function run(text: string, workflowId = sandbox.workflowId): Promise<Extend.WorkflowRun> {
  const { id } = await client.workflowRuns.create({ workflow: { id: workflowId }, file: { text } });
  await until(async () => !['PENDING', 'PROCESSING'].includes((await client.workflowRuns.retrieve(id)).status), 'the run');
  return await client.workflowRuns.retrieve(id);
}
const parsed = ({ stepRuns }: Extend.WorkflowRun) => (stepRuns[0] as Extend.StepRun.Parse).result?.parseRun;

describe('the text of a parsed document', () => {
  it('is in the answer, behind an address, or not in the answer', async () => {
    const text = 'Invoice INV-1\nTotal 3';
    const inline = parsed(await run(text));
    expect(inline).toMatchObject({ output: { chunks: [{ object: 'chunk', type: 'page', content: text, metadata: { pageRange: { start: 1, end: 1 } } }] }, outputUrl: null });
    sandbox.configure({ unknowns: { parseOutput: 'url' } });
    const linked = parsed(await run(text));
    expect(linked?.output).toBeNull();
    expect(await (await fetch(linked?.outputUrl ?? '')).json()).toEqual(inline?.output);
    sandbox.configure({ unknowns: { parseOutput: 'none' } });
    expect(parsed(await run(text))).toMatchObject({ output: null, outputUrl: null });
  });

  it('is one chunk where the workflow wants the document whole', async () => {
    const steps: Extend.WorkflowStepDefinition[] = [
      { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
      { type: 'PARSE', name: 'Parse', config: { parseConfig: { chunkingStrategy: { type: 'document' } } } },
    ];
    const { id } = await client.workflows.create({ name: 'Whole', steps });
    const text = '--- Page A ---\none\n--- Page B ---\ntwo';
    expect(parsed(await run(text))?.output?.chunks.map(({ type }) => type)).toEqual(['page', 'page']);
    expect(parsed(await run(text, id))?.output?.chunks).toMatchObject([{ type: 'document', metadata: { pageRange: { start: 1, end: 2 } } }]);
  });
});

describe('what a run costs', () => {
  it('is the sum over its steps, the same in lists, and each step says its own', async () => {
    const { id } = await client.workflows.create({ name: 'Parts', steps: splitSteps });
    const done = await run('--- Invoice INV-1 ---\nTotal 1\n--- Invoice INV-2 ---\nUNREADABLE\n--- Receipt R1 ---\nTotal 2', id);
    // Three pages parsed and split at one credit each, two extracted at two credits, and one whose extraction failed.
    expect(done.usage).toMatchObject({ credits: 3 + 3 + 2 + 2, totalCredits: 10 });
    const own = done.stepRuns.flatMap(({ result }) => Object.values(result ?? {}) as Array<{ id?: string; usage?: Extend.RunUsage | null } | null>);
    const charged = own.flatMap((one) => (one?.id !== undefined && one.usage ? [[one.id, one.usage.credits] as const] : []));
    expect(done.usage?.breakdown?.map((entry) => [entry.id, entry.credits]).sort()).toEqual(charged.map((entry) => [...entry]).sort());
    for (const { charges = [], credits } of done.usage?.breakdown ?? []) expect(charges.reduce((sum, charge) => sum + charge.credits, 0)).toBe(credits);
    expect((await client.workflowRuns.list()).data[0]?.usage).toEqual({ credits: 10, totalCredits: 10 });
  });

  it('is nothing for a run that failed', async () => {
    expect((await run('FAIL')).usage).toMatchObject({ credits: 0, breakdown: [] });
  });

  it('may be said in credits alone, or not at all', async () => {
    sandbox.configure({ unknowns: { usage: 'creditsOnly' } });
    const done = await run('a');
    expect([done.usage, parsed(done)?.usage, (await client.workflowRuns.list()).data[0]?.usage]).toEqual([{ credits: 4 }, { credits: 1 }, { credits: 4 }]);
    sandbox.configure({ unknowns: { usage: 'none' } });
    expect([(await client.workflowRuns.retrieve(done.id)).usage, (await client.workflowRuns.list()).data[0]?.usage]).toEqual([null, null]);
  });
});
