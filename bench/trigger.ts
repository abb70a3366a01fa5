import { createHmac, randomUUID } from 'node:crypto';
import type { NodeJson } from '../scripts/n8nClient';
import { atLeast, median, PAIRS, type Result, result, time } from './measure';
import { chain, node, startN8n } from './n8n';

const EVENTS = 100;
const AT_ONCE = 10;
const SECRET = 'wss_bench';

/** Posts events, a few at once, and gives how many per second were answered as expected. */
async function rate(url: string, expected: number, secret: string): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < EVENTS) {
      const body = JSON.stringify({ eventId: `event_${randomUUID()}`, eventType: 'workflow_run.completed', payload: { object: 'workflow_run', id: `workflow_run_${next++}`, status: 'PROCESSED' } });
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-extend-request-timestamp': timestamp, 'x-extend-request-signature': signature };
      const { status } = await fetch(url, { method: 'POST', body, headers });
      if (status !== expected) throw new Error(`${url} answered ${status}`);
    }
  };
  const { wall } = await time(async () => void (await Promise.all(Array.from({ length: AT_ONCE }, worker))));
  return EVENTS / (wall / 1000);
}

interface Rates {
  own: number;
  core: number;
  refused: number;
}

/** Events per second of the trigger and of n8n's own Webhook node in the same n8n. */
async function ratesWith(expressionEngine: string): Promise<Rates> {
  await using n8n = await startN8n({ N8N_EXPRESSION_ENGINE: expressionEngine });
  const credential = await n8n.client.createCredential({ name: 'Bench', type: 'extendApi', data: { apiToken: 'sk_x', region: 'us', webhookSigningSecret: SECRET } });
  const publish = async (trigger: NodeJson) => {
    const { id } = await n8n.client.createWorkflow(chain(trigger, node('After', 'n8n-nodes-base.noOp', 1)));
    await n8n.client.activateWorkflow(id);
  };
  const webhookId = randomUUID();
  const parameters = { registration: 'manual', events: ['workflow_run.completed'], workflowSelection: 'all' };
  await publish(node('Trigger', 'n8n-nodes-extend.extendTrigger', 1, { webhookId, credentials: { extendApi: credential }, parameters }));
  await publish(node('Webhook', 'n8n-nodes-base.webhook', 2, { webhookId: randomUUID(), parameters: { httpMethod: 'POST', path: 'bench', options: {} } }));
  const own = `${n8n.url}/webhook/${webhookId}/extend`;
  const core = `${n8n.url}/webhook/bench`;
  for (const url of [own, core]) while ((await fetch(url, { method: 'POST' })).status === 404) await new Promise((resolve) => setTimeout(resolve, 200));
  const rates = { own: [] as number[], core: [] as number[], refused: [] as number[] };
  for (let i = 0; i <= PAIRS; i++) {
    rates.own.push(await rate(own, 200, SECRET));
    rates.core.push(await rate(core, 200, SECRET));
    rates.refused.push(await rate(own, 401, 'wss_wrong'));
  }
  // The first ones only warm up.
  const middle = (of: number[]) => median(of.slice(1));
  return { own: middle(rates.own), core: middle(rates.core), refused: middle(rates.refused) };
}

/** Deliveries that start an execution, and refused ones, with either of n8n's expression engines. */
export async function triggerVsWebhookNode(): Promise<Result[]> {
  const started = `deliveries that start an execution, ${AT_ONCE} at once, beside n8n's Webhook node`;
  const refused = 'forged deliveries answered 401; the peer is the Webhook node accepting';
  const vm = await ratesWith('vm');
  const legacy = await ratesWith('legacy');
  const reason = "with n8n's default engine, which makes an isolate for every request to a node other than its own Webhook";
  return [
    result('trigger-vs-webhook-node', legacy.own, legacy.core, 'events/s', `${started}; legacy expression engine`, atLeast(legacy.own / legacy.core, 0.9)),
    result('trigger-vs-webhook-node-vm', vm.own, vm.core, 'events/s', `the same ${reason}`, atLeast(vm.own / vm.core, 0.9)),
    result('trigger-refused', legacy.refused, legacy.core, 'events/s', `${refused}; legacy expression engine`),
    result('trigger-refused-vm', vm.refused, vm.core, 'events/s', `the same ${reason}`),
  ];
}
