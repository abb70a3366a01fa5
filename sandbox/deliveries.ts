import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { newId } from './ids';
import type { DeliverOrder } from './options';
import { isOver, statusOf, toRun } from './runs';
import type { State, StoredEndpoint, StoredRun } from './state';

/** The algorithm of the contract (§d.4), written apart from the package's so that one checks the other. */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`v0:${timestamp}:${body}`, 'utf8').digest('hex');

interface Post {
  url: string;
  body: string | Buffer;
  headers: Record<string, string>;
  timeoutMs: number;
}

/** The HTTP status of one delivery; 0 when no answer came in time. */
const post = async ({ url, body, headers, timeoutMs }: Post): Promise<number> =>
  await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(timeoutMs),
  }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );

/** Sends what was ordered, genuine or not. */
export async function deliver(state: State, order: DeliverOrder): Promise<number[]> {
  const { url, secret, eventType = 'workflow_run.completed', times = 1, signature = 'valid' } = order;
  const eventId = order.eventId ?? newId('event');
  const body = order.bodyRaw ?? JSON.stringify({ eventId, eventType, payload: order.payload ?? { object: 'workflow_run', id: newId('workflow_run'), status: 'PROCESSED' } });
  const timestamp = Math.floor(Date.now() / 1000) + (order.timestampOffsetSeconds ?? 0);
  const genuine = signatureOf(signature === 'wrongSecret' ? `${secret}x` : secret, timestamp, body);
  const signed = { valid: genuine, wrongSecret: genuine, uppercase: genuine.toUpperCase(), forged: '0'.repeat(64), missing: undefined }[signature];
  const headers = {
    'x-extend-request-timestamp': String(timestamp),
    ...(signed !== undefined && { 'x-extend-request-signature': signed }),
    ...(order.gzip && { 'content-encoding': 'gzip' }),
    ...order.headers,
  };
  const send = async () => {
    const status = await post({ url, body: order.gzip ? gzipSync(body) : body, headers, timeoutMs: state.options.deliveryTimeoutMs });
    state.deliveries.push({ eventId, eventType, endpointId: '', url, status, attempt: 1, at: Date.now() });
    return status;
  };
  if (order.concurrent) return await Promise.all(Array.from({ length: times }, send));
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push(await send());
  return statuses;
}

const EVENT_OF: Record<string, string> = {
  PROCESSED: 'workflow_run.completed',
  FAILED: 'workflow_run.failed',
  NEEDS_REVIEW: 'workflow_run.needs_review',
  REJECTED: 'workflow_run.rejected',
  CANCELLED: 'workflow_run.cancelled',
};

/** Tells the subscribed endpoints of runs that have ended, a bounded number of deliveries at once. */
export class Announcer {
  private readonly queue: Array<() => Promise<void>> = [];
  private sending = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly state: () => State,
    private readonly url: () => string,
  ) {
    this.timer = setInterval(() => this.look(), 25);
  }

  stop(): void {
    clearInterval(this.timer);
    this.queue.length = 0;
  }

  private look(): void {
    const state = this.state();
    if (state.subscriptions.size === 0) return;
    for (const run of state.runs.values()) {
      if (run.announced || !isOver(statusOf(run))) continue;
      run.announced = true;
      for (const { resourceId, webhookEndpointId, enabledEvents } of state.subscriptions.values()) {
        const endpoint = state.endpoints.get(webhookEndpointId);
        if (resourceId !== run.workflowId || endpoint?.status !== 'enabled') continue;
        this.queue.push(async () => await this.announce(run, endpoint, enabledEvents));
      }
    }
    this.pump();
  }

  private pump(): void {
    while (this.sending < this.state().options.deliveriesAtOnce) {
      const next = this.queue.shift();
      if (!next) return;
      this.sending++;
      void next().finally(() => {
        this.sending--;
        this.pump();
      });
    }
  }

  private async announce(run: StoredRun, endpoint: StoredEndpoint, enabledEvents: string[]): Promise<void> {
    const state = this.state();
    const payload = await toRun(state, run);
    const eventType = EVENT_OF[payload.status];
    const events = [
      ...payload.stepRuns.map((step) => ({ eventType: 'workflow_run.step_run.processed', payload: step as unknown })),
      ...(eventType ? [{ eventType, payload: payload as unknown }] : []),
    ].filter((event) => enabledEvents.includes(event.eventType));
    for (const event of events) {
      const eventId = newId('event');
      const body = JSON.stringify({ eventId, ...event, payload: this.asSent(endpoint, event.payload, run) });
      const copies = Array.from({ length: state.options.deliveryCopies }, async () => await this.send(endpoint, eventId, event.eventType, body));
      await Promise.all(copies);
    }
  }

  /** The payload itself, or its address when it is larger than the endpoint wants. */
  private asSent(endpoint: StoredEndpoint, payload: unknown, run: StoredRun): unknown {
    const options = endpoint.advancedOptions?.payload;
    if (options?.format !== 'url') return payload;
    if (Buffer.byteLength(JSON.stringify(payload)) <= (options.urlThresholdBytes ?? 0)) return payload;
    const key = newId('payload');
    this.state().storage.set(key, payload);
    return { object: 'signed_data_url', id: run.id, data: `${this.url()}/_sandbox/storage/${key}`, metadata: run.metadata };
  }

  private async send(endpoint: StoredEndpoint, eventId: string, eventType: string, body: string): Promise<void> {
    const state = this.state();
    const { deliveryTries, deliveryBackoffMs, deliveryTimeoutMs } = state.options;
    for (let attempt = 1; attempt <= deliveryTries && state.endpoints.has(endpoint.id); attempt++) {
      const timestamp = Math.floor(Date.now() / 1000);
      const headers = {
        ...(endpoint.advancedOptions?.headers as Record<string, string> | undefined),
        'x-extend-request-timestamp': String(timestamp),
        'x-extend-request-signature': signatureOf(endpoint.signingSecret, timestamp, body),
      };
      const status = await post({ url: endpoint.url, body, headers, timeoutMs: deliveryTimeoutMs });
      state.deliveries.push({ eventId, eventType, endpointId: endpoint.id, url: endpoint.url, status, attempt, at: Date.now() });
      if (status >= 200 && status < 300) return;
      await wait(deliveryBackoffMs * 2 ** (attempt - 1), undefined, { ref: false });
    }
  }
}
