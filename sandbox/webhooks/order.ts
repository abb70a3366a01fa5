import { gzipSync } from 'node:zlib';
import { ApiError, notFound } from '../apiError';
import { newId } from '../ids';
import type { Server } from '../server';
import { post } from './post';
import { signatureOf } from './signature';

/** Deliveries made on demand, genuine or not. */
export interface DeliverOrder {
  /** An endpoint of the sandbox, or else `url` and `secret`. */
  endpointId?: string;
  url?: string;
  secret?: string;
  /** `workflow_run.completed` by default. */
  eventType?: string;
  payload?: Record<string, unknown>;
  /** Sends the payload's address instead of the payload. */
  payloadByUrl?: boolean;
  eventId?: string;
  times?: number;
  /** All at once instead of one after the other. */
  concurrent?: boolean;
  /** Seconds the timestamp is off; negative is in the past. */
  timestampOffsetSeconds?: number;
  signature?: 'valid' | 'forged' | 'missing' | 'uppercase' | 'wrongSecret';
  /** Sent instead of the event, and signed as it is. */
  bodyRaw?: string;
  headers?: Record<string, string>;
  gzip?: boolean;
}

/** Sends what was ordered. Gives the HTTP status of each delivery; 0 when no answer came. */
export async function deliver(server: Server, order: DeliverOrder): Promise<number[]> {
  const { state } = server;
  const { url, secret, custom } = addressee(server, order);
  const { eventType = 'workflow_run.completed', eventId = newId('event'), times = 1 } = order;
  const payload = { id: newId('workflow_run'), object: 'workflow_run', status: 'PROCESSED', ...order.payload };
  const body =
    order.bodyRaw ??
    JSON.stringify({ eventId, eventType, payload: order.payloadByUrl ? server.announcer.byAddress(state, payload) : payload });
  const send = async (): Promise<number> => {
    const headers = {
      ...custom,
      ...signatureHeaders(order, secret, body),
      ...(order.gzip && { 'content-encoding': 'gzip' }),
      ...order.headers,
    };
    const at = Date.now();
    const sent = order.gzip ? new Uint8Array(gzipSync(body)) : body;
    const status = await post({ url, body: sent, headers, timeoutMs: state.settings.deliveryTimeoutMs });
    state.deliveries.push({ eventId, eventType, endpointId: order.endpointId ?? '', payloadId: payload.id, url, status, attempt: 1, at });
    return status;
  };
  if (order.concurrent) return await Promise.all(Array.from({ length: times }, send));
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push(await send());
  return statuses;
}

function addressee({ state }: Server, { endpointId, url, secret }: DeliverOrder) {
  const endpoint = state.endpoints.get(endpointId ?? '');
  if (endpointId !== undefined && !endpoint) throw notFound('Webhook endpoint', endpointId);
  const address = url ?? endpoint?.url;
  if (address === undefined) throw new ApiError(400, 'INVALID_REQUEST', 'An endpointId or a url is needed');
  return { url: address, secret: secret ?? endpoint?.signingSecret ?? '', custom: endpoint?.advancedOptions?.headers };
}

function signatureHeaders(order: DeliverOrder, secret: string, body: string): Record<string, string> {
  const { signature = 'valid', timestampOffsetSeconds = 0 } = order;
  if (signature === 'missing') return {};
  const timestamp = Math.floor(Date.now() / 1000) + timestampOffsetSeconds;
  const genuine = signatureOf(signature === 'wrongSecret' ? `${secret}x` : secret, timestamp, body);
  const shown = signature === 'forged' ? '0'.repeat(64) : signature === 'uppercase' ? genuine.toUpperCase() : genuine;
  return { 'x-extend-request-timestamp': String(timestamp), 'x-extend-request-signature': shown };
}
