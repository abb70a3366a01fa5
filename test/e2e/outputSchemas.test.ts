/** What the editor asks n8n for before a node has run: the schema of its output items. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STAGE_TIMEOUT_MS, type Stage, openStage } from '../support/n8nStage';

let stage: Stage;

beforeAll(async () => {
  // Only a server with an editor has them.
  stage = await openStage({ n8n: { editor: true } });
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

const NODES = join(__dirname, '../../nodes');
const read = (path: string): object => JSON.parse(readFileSync(join(NODES, path), 'utf8')) as object;
const ask = async (path: string) => await fetch(`${stage.server.url}/schemas/${path}.json`);

it('n8n gives that of every operation', async () => {
  const folder = 'Extend/__schema__/v1.0.0';
  const names = readdirSync(join(NODES, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  expect(names).toContain('workflowRun/get.json');
  for (const name of names) {
    const answer = await ask(`n8n-nodes-extend.extend/1.0.0/${name.replace('.json', '')}`);
    expect([name, answer.status]).toEqual([name, 200]);
    const schema = await answer.json();
    expect(schema).toEqual(read(join(folder, name)));
    expect(schema).toMatchObject({ type: 'object', properties: expect.anything(), version: 1 });
  }
});

it('n8n gives that of the trigger, which has no operations', async () => {
  const answer = await ask('n8n-nodes-extend.extendTrigger/1.0.0');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(read('ExtendTrigger/__schema__/v1.0.0.json'));
});

it('there is none of an operation that does not exist', async () => {
  expect((await ask('n8n-nodes-extend.extend/1.0.0/workflowRun/nonsense')).status).toBe(404);
});
