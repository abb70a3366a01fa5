import { createHmac, randomUUID } from 'node:crypto';
import type { NodeJson } from '../harness/n8nClient';
import { atLeast, median, PAIRS, type Result, result, time } from './measure';
import { chain, node, startN8n } from './n8n';

const EVENTS = 200;
const AT_ONCE = 10;
const SECRET = 'wss_bench';
/** What n8n's own node knows a sender by: a constant, where Extend signs each event. */
const KEY_HEADER = 'x-bench-key';

/** Posts events, a few at once, and gives how many per second were answered as expected. */
async function rate(url: string, expected: number, secret: string): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < EVENTS) {
      const body = JSON.stringify({ eventId: `event_${randomUUID()}`, eventType: 'workflow_run.completed', payload: { object: 'workflow_run', id: `workflow_run_${next++}`, status: 'PROCESSED' } });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-extend-request-timestamp': timestamp, 'x-extend-request-signature': signature, [KEY_HEADER]: secret };
      const { status } = await fetch(url, { method: 'POST', body, headers });
      if (status !== expected) throw new Error(`${url} answered ${status}`);
    }
  };
  const { wall } = await time(async () => void (await Promise.all(Array.from({ length: AT_ONCE }, worker))));
  return EVENTS / (wall / 1000);
}

interface Rates {
  own: number;
  webhook: number;
  core: number;
  refused: number;
}

type Credentials = NodeJson['credentials'];

const webhookNode = (path: string, authentication: string, credentials?: Credentials): NodeJson =>
  node('Webhook', 'n8n-nodes-base.webhook', 2, { webhookId: randomUUID(), credentials, parameters: { httpMethod: 'POST', path, authentication, options: {} } });

/** What a builder would put behind a webhook to have each event once. */
const removeDuplicates = (): NodeJson =>
  node('Remove Duplicates', 'n8n-nodes-base.removeDuplicates', 2, {
    parameters: { operation: 'removeItemsSeenInPreviousExecutions', dedupeValue: '={{ $json.body.eventId }}', options: {} },
  });

/** Events per second of the trigger, and of n8n's own nodes in the same n8n. */
async function ratesWith(expressionEngine: string): Promise<Rates> {
  await using n8n = await startN8n({ N8N_EXPRESSION_ENGINE: expressionEngine });
  const extendApi = await n8n.client.createCredential({ name: 'Bench', type: 'extendApi', data: { apiToken: 'sk_x', region: 'us', webhookSigningSecret: SECRET } });
  const httpHeaderAuth = await n8n.client.createCredential({ name: 'Header', type: 'httpHeaderAuth', data: { name: KEY_HEADER, value: SECRET } });
  const publish = async (...nodes: NodeJson[]) => {
    const { id } = await n8n.client.createWorkflow(chain(...nodes, node('After', 'n8n-nodes-base.noOp', 1)));
    await n8n.client.activateWorkflow(id);
  };
  const webhookId = randomUUID();
  const parameters = { webhookSetup: 'manual', events: ['workflow_run.completed'], workflowSelection: 'all' };
  await publish(node('Trigger', 'n8n-nodes-extend.extendTrigger', 1, { webhookId, credentials: { extendApi }, parameters }));
  await publish(webhookNode('plain', 'none'));
  await publish(webhookNode('same', 'headerAuth', { httpHeaderAuth }), removeDuplicates());
  const own = `${n8n.url}/webhook/${webhookId}/extend`;
  const [webhook, core] = [`${n8n.url}/webhook/plain`, `${n8n.url}/webhook/same`];
  for (const url of [own, webhook, core]) while ((await fetch(url, { method: 'POST' })).status === 404) await new Promise((resolve) => setTimeout(resolve, 200));
  const rates = { own: [] as number[], webhook: [] as number[], core: [] as number[], refused: [] as number[] };
  for (let i = 0; i <= PAIRS; i++) {
    rates.own.push(await rate(own, 200, SECRET));
    rates.webhook.push(await rate(webhook, 200, SECRET));
    rates.core.push(await rate(core, 200, SECRET));
    rates.refused.push(await rate(own, 401, 'wss_wrong'));
  }
  // The first ones only warm up.
  const middle = (of: number[]) => median(of.slice(1));
  return { own: middle(rates.own), webhook: middle(rates.webhook), core: middle(rates.core), refused: middle(rates.refused) };
}

/** Deliveries that start an execution, and refused ones, with either of n8n's expression engines. */
export async function triggerVsWebhookNode(): Promise<Result[]> {
  const rates = { '': await ratesWith('legacy'), '-vm': await ratesWith('vm') };
  return Object.entries(rates).flatMap(([engine, { own, webhook, core, refused }]) => {
    const suffix = engine ? "; n8n's default expression engine" : '; legacy expression engine';
    return [
      result(`trigger-vs-webhook-node${engine}`, own, webhook, 'events/s', `deliveries that start an execution, ${AT_ONCE} at once, beside an open Webhook node, which checks nothing${suffix}`, atLeast(own / webhook, 0.9)),
      result(`trigger-vs-core-nodes${engine}`, own, core, 'events/s', `the same beside n8n's own nodes for the same promises: Webhook with Header Auth, then Remove Duplicates${suffix}`, atLeast(own / core, 0.9)),
      result(`trigger-refused${engine}`, refused, webhook, 'events/s', `forged deliveries answered 401; the peer is the open Webhook node accepting${suffix}`),
    ];
  });
}
