import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './apiError';

/** What goes wrong with a request. `after` means: the work is done, only the answer is lost. */
export type Fault =
  /** A body that is text is sent as HTML. */
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** An error in the shape of Extend's own; `retryable` may be true even where another try changes nothing. */
  | { kind: 'apiError'; status: number; code?: string; message?: string; retryable?: boolean; headers?: Record<string, string> }
  | { kind: 'reset'; when: 'before' | 'after' }
  | { kind: 'timeout'; when: 'before' | 'after'; ms?: number }
  /** Half of the answer: the connection is cut in its midst, or, if `clean`, it ends as if all was there. */
  | { kind: 'truncated'; clean?: boolean }
  /** The whole answer comes late. */
  | { kind: 'slow'; ms: number }
  /** Half of the answer comes at once, the rest late. */
  | { kind: 'trickle'; ms: number };

export interface FaultRule {
  method?: string;
  /** A regular expression on the path. Only one with the word `storage` hits downloads by presigned address. */
  path?: string;
  /** From which matching request on, counted from 1. */
  nth?: number;
  /** For how many matching requests; 1 by default. */
  times?: number;
  fault: Fault;
}

/** Where files and payloads are downloaded without a token. */
export const STORAGE = '/_sandbox/storage/';

/** Rules in force; each counts the requests it matches. */
export class Faults {
  private rules: Array<{ rule: FaultRule; path?: RegExp; seen: number }> = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, path: rule.path === undefined ? undefined : new RegExp(rule.path), seen: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** The fault that hits a request, if any; of several the one that was set first. */
  next(method: string, path: string): Fault | undefined {
    let hit: Fault | undefined;
    for (const entry of this.rules) {
      const { method: wanted = method, nth = 1, times = 1, fault } = entry.rule;
      if (wanted !== method || entry.path?.test(path) === false) continue;
      if (path.startsWith(STORAGE) && !entry.rule.path?.includes('storage')) continue;
      entry.seen++;
      if (entry.seen >= nth && entry.seen < nth + times) hit ??= fault;
    }
    return hit;
  }
}

const DEFAULT_TIMEOUT_MS = 60_000;

const hold = async (ms = DEFAULT_TIMEOUT_MS): Promise<void> => await wait(ms, undefined, { ref: false });

function cut(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
}

/** Before the work: answers instead of the route, or cuts the connection. True when the request has ended. */
export async function before(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  if (fault.kind === 'slow') await hold(fault.ms);
  if (fault.kind === 'apiError') {
    const { status, code = 'INTERNAL_ERROR', message = 'Something went wrong', retryable = false, headers = {} } = fault;
    throw new ApiError(status, code, message, retryable, headers);
  }
  if (fault.kind === 'status') {
    const type = typeof fault.body === 'string' ? 'text/html' : 'application/json';
    const body = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {});
    await reply.code(fault.status).headers({ 'content-type': type, ...fault.headers }).send(body);
    return true;
  }
  if (!('when' in fault) || fault.when === 'after') return false;
  if (fault.kind === 'timeout') await hold(fault.ms);
  cut(request, reply);
  return true;
}

/** Loses a download that is sent piece by piece, or all but its first piece. */
export async function afterStream(fault: Fault, request: FastifyRequest, reply: FastifyReply, payload: Readable): Promise<Readable | undefined> {
  if (fault.kind !== 'truncated' && !('when' in fault && fault.when === 'after')) return payload;
  if ('when' in fault && fault.kind === 'timeout') await hold(fault.ms);
  reply.hijack();
  if (fault.kind === 'truncated') {
    reply.raw.writeHead(reply.statusCode);
    for await (const piece of payload) {
      const half = Buffer.from(piece as Buffer);
      await new Promise<void>((resolve) => reply.raw.write(half.subarray(0, half.length / 2), () => resolve()));
      break;
    }
  }
  payload.destroy();
  if (fault.kind === 'truncated') request.raw.socket.destroy();
  else request.raw.socket.resetAndDestroy();
  return undefined;
}

/** After the work: loses the answer or a part of it. Gives what is left to send; undefined when the request has ended. */
export async function after(fault: Fault, request: FastifyRequest, reply: FastifyReply, payload: string): Promise<string | undefined> {
  if (fault.kind === 'truncated') {
    const half = payload.slice(0, payload.length / 2);
    if (fault.clean) {
      reply.removeHeader('content-length');
      return half;
    }
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) });
    reply.raw.write(half, () => request.raw.socket.destroy());
    return undefined;
  }
  if (fault.kind === 'trickle') {
    const bytes = Buffer.from(payload);
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, { 'content-type': 'application/json', 'content-length': bytes.length });
    reply.raw.write(bytes.subarray(0, bytes.length / 2));
    await hold(fault.ms);
    reply.raw.end(bytes.subarray(bytes.length / 2));
    return undefined;
  }
  if (!('when' in fault) || fault.when !== 'after') return payload;
  if (fault.kind === 'timeout') await hold(fault.ms);
  cut(request, reply);
  return undefined;
}
