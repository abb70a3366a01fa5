import { type CredentialRef, type Execution, N8nRequestError, type NodeJson } from '../harness/n8nClient';
import type { N8nServer } from '../harness/n8nServer';
import { atLeast, median, PAIRS, type Result, result } from './measure';
import { chain, node, startN8n } from './n8n';
import { type BenchServer, startServer } from './server';
import { batchRunParameters, credentialFor, rows } from './work';

const ITEMS = 10_000;
const PAYG_PER_SECOND = 10;
const TIMEOUT_MS = 600_000;

/** One call per item, as a builder would make it with n8n's own node and our credential. */
const httpRequest = ({ url, workflowId }: BenchServer, extendApi: CredentialRef): NodeJson =>
  node('HTTP Request', 'n8n-nodes-base.httpRequest', 4.2, {
    credentials: { extendApi },
    parameters: {
      method: 'POST',
      url: `${url}/workflow_runs`,
      authentication: 'predefinedCredentialType',
      nodeCredentialType: 'extendApi',
      sendBody: true,
      specifyBody: 'json',
      jsonBody: `={{ ({ workflow: { id: "${workflowId}" }, file: { url: $json.url }, metadata: { invoice: $json.invoice, customer: $json.customer } }) }}`,
      options: {},
    },
  });

const batchRun = ({ workflowId }: BenchServer, extendApi: CredentialRef): NodeJson =>
  node('Extend', 'n8n-nodes-extend.extend', 1, { credentials: { extendApi }, parameters: batchRunParameters(workflowId) });

/** The execution once it is over. n8n is hardly there for others while 10,000 requests are made at once: it may answer 503. */
async function ended(n8n: N8nServer, executionId: string): Promise<Execution> {
  const wait = async () => await n8n.client.waitForExecution(executionId, { timeoutMs: TIMEOUT_MS, pollMs: 1000 });
  for (const deadline = Date.now() + TIMEOUT_MS; ; ) {
    const execution = await wait().catch((error: unknown) => {
      const busy = (error instanceof N8nRequestError && error.status === 503) || error instanceof TypeError;
      if (!busy || Date.now() > deadline) throw error;
    });
    if (execution) return execution;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Seconds that a node takes with 10,000 items, as n8n measures it. Every item must have become a run. */
async function secondsOf(n8n: N8nServer, server: BenchServer, measured: NodeJson): Promise<number> {
  await server.reset();
  const items = rows(ITEMS).map((json) => ({ json }));
  const start = node('Start', 'n8n-nodes-base.manualTrigger', 1);
  const { id } = await n8n.client.createWorkflow({ ...chain(start, measured), pinData: { Start: items } });
  const execution = await ended(n8n, await n8n.client.runWorkflow(id, 'Start'));
  const runs = (await server.book('runs')).length;
  const [nodeRun] = execution.data.resultData.runData[measured.name] ?? [];
  if (execution.status !== 'success' || runs !== ITEMS || !nodeRun) {
    throw new Error(`${measured.name} ended with ${execution.status} and ${runs} runs: ${execution.data.resultData.error?.message ?? ''}`);
  }
  return nodeRun.executionTime / 1000;
}

/** Both in a real n8n: one call per item, and ten batches. */
export async function submitVsHttpRequest(): Promise<Result[]> {
  await using n8n = await startN8n();
  using server = await startServer();
  using limited = await startServer({ plan: 'payg' });
  const credential = async (of: BenchServer, plan: string) => await n8n.client.createCredential({ name: plan, type: 'extendApi', data: credentialFor(of, plan) });
  const [free, payg] = [await credential(server, 'custom'), await credential(limited, 'payAsYouGo')];
  const seconds = { ours: [] as number[], peer: [] as number[], payg: [] as number[] };
  for (let i = 0; i <= PAIRS; i++) {
    seconds.ours.push(await secondsOf(n8n, server, batchRun(server, free)));
    seconds.peer.push(await secondsOf(n8n, server, httpRequest(server, free)));
    seconds.payg.push(await secondsOf(n8n, limited, batchRun(limited, payg)));
  }
  // The first ones only warm up.
  const [ours, peer, slow] = [seconds.ours, seconds.peer, seconds.payg].map((of) => median(of.slice(1))) as [number, number, number];
  const least = ITEMS / PAYG_PER_SECOND;
  return [
    result('submit-10k-vs-http-request', ours, peer, 's', "Batch Run beside n8n's HTTP Request, one call per item; time of the node in a real n8n, server without limit", atLeast(peer / ours, 50, 'peer / ours')),
    result('submit-10k-payg', slow, least, 's', `the same under the limit of the PAYG plan; the peer is computed: ${ITEMS.toLocaleString('en-US')} calls at ${PAYG_PER_SECOND} per second`, atLeast(least / slow, 50, 'peer / ours')),
  ];
}
