import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnown } from './auth';
import { type Fault, STORAGE } from './faults';
import type { LedgerRequest } from './ledger';
import type { State } from './state';

export const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? url;

/** Writes a request into the books, its token left out, and counts how many are handled at the same time. */
export function openEntry(state: State, request: FastifyRequest, reply: FastifyReply): LedgerRequest {
  const { authorization, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
  if (authorization !== undefined) headers.authorization = isKnown(state.settings, authorization) ? 'right' : 'wrong';
  const query = { ...(request.query as Record<string, string>) };
  const entry: LedgerRequest = { at: Date.now(), method: request.method, path: pathOf(request), query, status: 0, headers };
  state.requests.push(entry);
  count(state, `${request.method} ${request.routeOptions.url ?? entry.path}`, reply);
  return entry;
}

/** Writes a download that goes wrong into the books; one that is lost after the work is there already. */
export function openDownload(state: State, request: FastifyRequest, fault: Fault): void {
  const lost = 'when' in fault && fault.when === 'before';
  const status = 'status' in fault ? fault.status : lost ? 0 : undefined;
  if (status === undefined) return;
  const path = pathOf(request).slice(STORAGE.length - 1);
  state.downloads.push({ at: Date.now(), path, status, authorized: request.headers.authorization !== undefined });
}

const running = new WeakMap<State, Map<string, number>>();

function count(state: State, route: string, reply: FastifyReply): void {
  const counts = running.get(state) ?? new Map<string, number>();
  running.set(state, counts);
  const now = (counts.get(route) ?? 0) + 1;
  counts.set(route, now);
  state.maxConcurrent[route] = Math.max(now, state.maxConcurrent[route] ?? 0);
  reply.raw.once('close', () => counts.set(route, (counts.get(route) ?? 1) - 1));
}
