/**
 * 5,000 documents through n8n in queue mode: files in the database, batches from a worker, results as events through the
 * webhook process, executed by two workers of which one is killed midway. What happened is read from n8n's database and
 * from the server's ledger.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchServer, startServer } from '../../bench/server';
import type { Ledger } from '../../sandbox';
import { type CredentialRef, type Execution, itemsOf } from '../../scripts/n8nClient';
import type { N8nCluster } from '../../scripts/queue/cluster';
import { STAGE_TIMEOUT_MS, credentialFor } from '../support/n8nStage';
import { EXTEND, FILES, START, type StoredRun, chain, node, openCluster, receiver, storedRuns, whenOver } from '../support/queueStage';

const INPUTS = 5000;
const MINUTES = 60_000;

let cluster: N8nCluster;
let server: BenchServer;
let credential: CredentialRef;

beforeAll(async () => {
  // The documents get ready faster than n8n can take the events.
  server = await startServer({ runMs: 2000, runsAtOnce: 150, deliveryBackoffMs: 500 });
  cluster = await openCluster();
  credential = await cluster.client.createCredential({ name: 'Extend API', type: 'extendApi', data: credentialFor(server) });
}, STAGE_TIMEOUT_MS);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  server?.close();
}, MINUTES);

const ledger = async <K extends keyof Ledger>(only: K): Promise<Ledger[K]> => {
  const answer = await fetch(`${server.url}/_sandbox/ledger?only=${only}`);
  return ((await answer.json()) as Ledger)[only];
};

const textOf = (i: number): string => `Invoice INV-${i}, total ${i}.50 EUR`;
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** Start → one text file per item → Extend. */
const submitter = () =>
  chain(
    'Submit',
    [
      node(START, 'n8n-nodes-base.manualTrigger'),
      node(FILES, 'n8n-nodes-base.convertToFile', {
        typeVersion: 1.1,
        parameters: { operation: 'toText', sourceProperty: 'text', binaryPropertyName: 'data', options: { fileName: '={{ $json.invoiceNumber }}.txt' } },
      }),
      node(EXTEND, 'n8n-nodes-extend.extend', {
        credentials: { extendApi: credential },
        parameters: {
          resource: 'workflowRun',
          operation: 'batchRun',
          workflow: byId(server.workflowId),
          fileSource: 'binary',
          metadataMode: 'fields',
          metadataFields: { field: [{ name: 'invoiceNumber', value: `={{ $('${START}').item.json.invoiceNumber }}` }] },
          options: { uploadConcurrency: 20 },
        },
      }),
    ],
    { pinData: { [START]: Array.from({ length: INPUTS }, (_, i) => ({ json: { invoiceNumber: `INV-${i}`, text: textOf(i) } })) } },
  );

async function seconds<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  const result = await work();
  console.log(`${what}: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  return result;
}

it('takes 5,000 documents and gives each result to one execution, also when a worker is killed', async () => {
  const { client, postgres, workers, webhook } = cluster;
  const receiving = await client.createWorkflow(receiver(credential, { events: ['workflow_run.completed'], workflowSelection: 'selected', workflows: { workflow: [{ id: byId(server.workflowId) }] } }));
  await client.activateWorkflow(receiving.id);
  while ((await ledger('subscriptions')).length === 0) await sleep(200);
  await sleep(1000);

  const submitting = await client.createWorkflow(submitter());
  const executionId = await client.runWorkflow(submitting.id, START);
  await seconds('submission', () => whenOver(postgres, submitting.id, 1, 3 * MINUTES));
  const submission: Execution = await client.getExecution(executionId);
  console.log('status', submission.status, submission.data.resultData.error, JSON.stringify(itemsOf(submission, EXTEND).map(({ json }) => json.inputCount)));
  for (const [name, [run]] of Object.entries(submission.data.resultData.runData) as never as Array<[string, [{ executionTime: number }]]>) console.log(name, run.executionTime);
  console.log(JSON.stringify(submission.data.resultData.runData[FILES]?.[0]?.data?.main[0]?.[0]));
  const uploads = (await ledger('requests')).filter(({ path }) => path === '/files/upload').map(({ at }) => at);
  console.log('uploads', uploads.length, uploads.length / ((Math.max(...uploads) - Math.min(...uploads)) / 1000));

  const begin = Date.now();
  const over = async () => Number((await postgres.query(`SELECT count(*) FROM execution_entity WHERE "workflowId" = '${receiving.id}' AND status = 'success'`))[0]?.[0]);
  while ((await over()) < INPUTS * 0.4) await sleep(500);
  console.log('kill at', Date.now() - begin, await over());
  const running = await postgres.query(`SELECT id FROM execution_entity WHERE "workflowId" = '${receiving.id}' AND status = 'running'`);
  await workers[0]?.stop(0);
  console.log('running at the kill', running.flat().join());
  const killedAt = Date.now();
  await workers[0]?.start();
  console.log('restarted', Date.now() - killedAt);
  let last = 0;
  const t = setInterval(async () => { const n = await over().catch(() => 0); console.log((Date.now() - begin) / 1000, n, n - last, JSON.stringify(await postgres.query(`SELECT status, count(*) FROM execution_entity WHERE "workflowId" = '${receiving.id}' group by 1`))); last = n; }, 10000);
  await seconds('events', () => whenOver(postgres, receiving.id, INPUTS, 5 * MINUTES)).catch((e) => console.log(e));
  clearInterval(t);
  const runs: StoredRun[] = await seconds('reading', () => storedRuns(postgres, receiving.id));
  console.log(runs.length, runs.filter(({ status }) => status !== 'success').map(({ id, status }) => [id, status].join()).join(' '), new Set(runs.flatMap(({ items }) => items.map(({ json }) => json.eventId))).size);
  for (const r of runs.filter(({ status }) => status !== 'success').slice(0, 3)) console.log(JSON.stringify(await client.getExecution(r.id)).slice(0, 3000));
  console.log(webhook.log().split('\n').filter((l) => /stall|crash|Problem/i.test(l)).slice(0, 5).join('\n'));
  for (const w of workers) console.log(w.log().split('\n').filter((l) => /stall|crash|recover|Problem/i.test(l)).slice(0, 5).join('\n'), w.log().split('\n').filter((l) => l.includes('Worker started execution')).length);
  console.log(cluster.main.log().split('\n').filter((l) => /stall|crash|recover|Problem/i.test(l)).slice(0, 5).join('\n'));
}, 15 * MINUTES);
