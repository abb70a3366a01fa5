import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '../ids';
import { Limiter } from '../limiter';
import type { Settings } from '../options';
import type { Presigner } from '../presign';
import { toRun } from '../runs/present';
import { isOver, statusOf } from '../runs/status';
import type { State, StoredEndpoint, StoredRun } from '../state';
import { eventOfStatus } from './events';
import { post } from './post';
import { signatureOf } from './signature';

const LOOK_EVERY_MS = 25;

/** What the announcer needs of the server, which owns it. */
interface Source {
  /** Replaced by a reset. */
  readonly state: State;
  readonly settings: Settings;
  readonly presigner: Presigner;
}

/** Something to tell an endpoint. */
interface News {
  endpoint: StoredEndpoint;
  eventId: string;
  eventType: string;
  payload: { id: string; metadata?: unknown };
}

/** Tells endpoints what they asked for, tries again when they do not answer, and keeps the log of it. */
export class Announcer {
  private readonly limiter = new Limiter(() => this.server.settings.deliveriesAtOnce);
  private readonly timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  private stopped = false;

  constructor(private readonly server: Source) {
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Something happened to a resource; whoever asked for it is told. */
  announce(eventType: string, payload: News['payload'], resourceId?: string): void {
    this.send(this.newsOf(this.server.state, eventType, payload, resourceId));
  }

  /** Runs have no timers: this finds the ones that ended since the last look. */
  private async look(): Promise<void> {
    const { state } = this.server;
    if (state.untold.size === 0 || state.endpoints.size === 0) return;
    const now = Date.now();
    const ended: StoredRun[] = [];
    for (const run of state.untold) {
      if ((run.endsAt > now && run.cancelledAt === undefined) || !isOver(statusOf(state, run, now))) continue;
      state.untold.delete(run);
      ended.push(run);
    }
    const news = await Promise.all(ended.map(async (run) => await this.newsOfRun(state, run)));
    this.send(news.flat());
  }

  private async newsOfRun(state: State, run: StoredRun): Promise<News[]> {
    const endedAt = Math.max(run.cancelledAt ?? run.endsAt, run.review?.at ?? 0);
    const heard = [...state.subscriptions.values()].some(({ resourceId }) => resourceId === run.workflow.id);
    if (!heard && state.settings.unknowns.runEventsOnEndpoints === 'reject') return [];
    const payload = await toRun(state, run);
    const ending = eventOfStatus(payload.status);
    const steps = run.review ? [] : payload.stepRuns;
    return [
      ...steps.flatMap((step) => this.newsOf(state, 'workflow_run.step_run.processed', step, run.workflow.id, endedAt)),
      ...(ending ? this.newsOf(state, ending, payload, run.workflow.id, endedAt) : []),
    ];
  }

  /** One event, once for each enabled endpoint that asked for it before it happened. */
  private newsOf(state: State, eventType: string, payload: News['payload'], resourceId?: string, at = Date.now()): News[] {
    const eventId = newId('event');
    const asked = new Set<string>();
    for (const endpoint of state.endpoints.values()) {
      if (endpoint.enabledEvents.includes(eventType) && Date.parse(endpoint.createdAt) <= at) asked.add(endpoint.id);
    }
    for (const { webhookEndpointId, resourceId: about, enabledEvents, createdAt } of state.subscriptions.values()) {
      if (about === resourceId && enabledEvents.includes(eventType) && Date.parse(createdAt) <= at) asked.add(webhookEndpointId);
    }
    return [...asked].flatMap((id) => {
      const endpoint = state.endpoints.get(id);
      return endpoint?.status === 'enabled' ? { endpoint, eventId, eventType, payload } : [];
    });
  }

  private send(news: News[]): void {
    const { deliveryOrder, deliveryCopies } = this.server.settings;
    const ordered = { inOrder: () => news, reversed: () => [...news].reverse(), random: () => shuffled(news) }[deliveryOrder]();
    for (const one of ordered) {
      for (let copy = 0; copy < deliveryCopies; copy++) void this.deliver(this.server.state, one);
    }
  }

  private async deliver(state: State, news: News): Promise<void> {
    const { endpoint, eventId, eventType, payload } = news;
    const { deliveryTries, deliveryBackoffMs, deliveryTimeoutMs, unknowns } = state.settings;
    let signed = this.sign(state, news);
    for (let attempt = 1; attempt <= deliveryTries; attempt++) {
      const status = await this.limiter.run(async () => {
        if (this.stopped || this.server.state !== state || !state.endpoints.has(endpoint.id)) return undefined;
        if (attempt > 1 && unknowns.signRetriesAnew) signed = this.sign(state, news);
        const at = Date.now();
        const answer = await post({ url: endpoint.url, ...signed, timeoutMs: deliveryTimeoutMs });
        state.deliveries.push({ eventId, eventType, endpointId: endpoint.id, payloadId: payload.id, url: endpoint.url, status: answer, attempt, at });
        return answer;
      });
      if (status === undefined || (status >= 200 && status < 300)) return;
      await wait(deliveryBackoffMs * 2 ** (attempt - 1), undefined, { ref: false });
    }
  }

  private sign(state: State, { endpoint, eventId, eventType, payload }: News): { body: string; headers: Record<string, string> } {
    const body = JSON.stringify({ eventId, eventType, payload: this.asSent(state, endpoint, payload) });
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = signatureOf(endpoint.signingSecret, timestamp, body);
    const headers = { 'x-extend-request-timestamp': String(timestamp), 'x-extend-request-signature': signature };
    return { body, headers: { ...endpoint.advancedOptions?.headers, ...headers } };
  }

  /** The payload itself, or its address when it is larger than the endpoint wants. */
  private asSent(state: State, { advancedOptions }: StoredEndpoint, payload: News['payload']): unknown {
    const options = advancedOptions?.payload;
    if (options?.format !== 'url') return payload;
    if (Buffer.byteLength(JSON.stringify(payload)) <= (options.urlThresholdBytes ?? 0)) return payload;
    return this.byAddress(state, payload);
  }

  /** A payload that is fetched by whoever gets the event (§d.3). */
  byAddress(state: State, payload: News['payload']): unknown {
    const key = newId('payload');
    state.payloads.set(key, payload);
    const data = this.server.presigner.urlFor('payloads', key, state.settings.presignedMs);
    return { object: 'signed_data_url', id: payload.id, data, ...(payload.metadata !== undefined && { metadata: payload.metadata }) };
  }
}

function shuffled<T>(values: T[]): T[] {
  return values.map((value) => ({ value, at: Math.random() })).sort((a, b) => a.at - b.at).map(({ value }) => value);
}
