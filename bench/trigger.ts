import { createHmac, randomUUID } from 'node:crypto';
import type { NodeJson } from '../scripts/n8nClient';
import { openStage } from '../test/support/n8nStage';
import { median, type Result, result, time } from './measure';

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

/** Deliveries that start an execution, and refused ones, beside n8n's own Webhook node in the same n8n. */
export async function triggerVsWebhookNode(): Promise<Result[]> {
  const stage = await openStage();
  const { client } = stage.server;
  const credential = await client.createCredential({ name: 'Bench', type: 'extendApi', data: { apiToken: 'sk_x', region: 'us', webhookSigningSecret: SECRET } });
  const publish = async (type: string, typeVersion: number, parameters: NodeJson['parameters'], credentials?: NodeJson['credentials']) => {
    const webhookId = randomUUID();
    const node: NodeJson = { id: randomUUID(), name: 'Trigger', type, typeVersion, position: [0, 0], webhookId, parameters, ...(credentials && { credentials }) };
    const after: NodeJson = { id: randomUUID(), name: 'After', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [200, 0], parameters: {} };
    const { id } = await client.createWorkflow({ name: randomUUID(), nodes: [node, after], connections: { Trigger: { main: [[{ node: 'After', type: 'main', index: 0 }]] } }, settings: {} });
    await client.activateWorkflow(id);
    return webhookId;
  };
  const own = await publish('n8n-nodes-extend.extendTrigger', 1, { registration: 'manual', events: ['workflow_run.completed'], workflowSelection: 'all' }, { extendApi: credential });
  await publish('n8n-nodes-base.webhook', 2, { httpMethod: 'POST', path: 'bench', options: {} });
  const ownUrl = `${stage.server.url}/webhook/${own}/extend`;
  const coreUrl = `${stage.server.url}/webhook/bench`;
  for (const url of [ownUrl, coreUrl]) while ((await fetch(url, { method: 'POST' })).status === 404) await new Promise((resolve) => setTimeout(resolve, 200));
  await rate(ownUrl, 200, SECRET);
  await rate(coreUrl, 200, SECRET);
  const rates = { own: [] as number[], core: [] as number[], refused: [] as number[] };
  for (let i = 0; i < 5; i++) {
    rates.own.push(await rate(ownUrl, 200, SECRET));
    rates.core.push(await rate(coreUrl, 200, SECRET));
    rates.refused.push(await rate(ownUrl, 401, 'wss_wrong'));
  }
  await stage.close();
  const detail = `deliveries that start an execution, ${AT_ONCE} at once; goal 0.9`;
  return [
    result('trigger-vs-webhook-node', median(rates.own), median(rates.core), 'events/s', detail),
    result('trigger-refused', median(rates.refused), median(rates.core), 'events/s', 'forged deliveries answered 401; the peer is the Webhook node accepting'),
  ];
}
