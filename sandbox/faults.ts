import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, FaultRule } from './options';

/** Rules in force; each counts the requests it matches. */
export class Faults {
  private rules: Array<FaultRule & { seen: number }> = [];

  add(rule: FaultRule): void {
    this.rules.push({ ...rule, seen: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** The fault that hits a request, if any. */
  next(method: string, path: string): Fault | undefined {
    let hit: Fault | undefined;
    for (const rule of this.rules) {
      if (rule.method && rule.method !== method) continue;
      if (rule.path && !new RegExp(rule.path).test(path)) continue;
      rule.seen++;
      const { nth = 1, times = 1 } = rule;
      if (!hit && rule.seen >= nth && rule.seen < nth + times) hit = rule.fault;
    }
    return hit;
  }
}

const cut = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
};

const DEFAULT_TIMEOUT_MS = 60_000;

/** Before the work is done: answers instead of the route, or cuts the connection. True when the request has ended. */
export async function before(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
  if (fault.kind === 'slow') await wait(fault.ms);
  if (fault.kind === 'status') {
    const html = typeof fault.body === 'string';
    await reply
      .code(fault.status)
      .headers({ 'content-type': html ? 'text/html' : 'application/json', ...fault.headers })
      .send(html ? fault.body : JSON.stringify(fault.body ?? {}));
    return true;
  }
  if (!('when' in fault) || fault.when === 'after') return false;
  if (fault.kind === 'timeout') await wait(fault.ms ?? DEFAULT_TIMEOUT_MS, undefined, { ref: false });
  cut(request, reply);
  return true;
}

/** After the work is done: loses the answer. Undefined leaves it as it is. */
export async function after(fault: Fault, request: FastifyRequest, reply: FastifyReply, payload: string): Promise<string | undefined> {
  if (fault.kind === 'truncated') return payload.slice(0, Math.floor(payload.length / 2));
  if (!('when' in fault) || fault.when !== 'after') return undefined;
  if (fault.kind === 'timeout') await wait(fault.ms ?? DEFAULT_TIMEOUT_MS, undefined, { ref: false });
  cut(request, reply);
  return '';
}
