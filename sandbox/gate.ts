import type { FastifyRequest } from 'fastify';
import { ApiError } from './apiError';
import type { State } from './state';

type Category = 'GET' | 'WRITE' | 'RUN';

const PER_SECOND = { payg: 10, scale: 25, enterprise: 75, unlimited: Infinity } as const;

const isRun = ({ method, url }: FastifyRequest): boolean => method === 'POST' && /^\/workflow_runs(\/batch)?(\?|$)/.test(url);

const categoryOf = (request: FastifyRequest): Category =>
  request.method === 'GET' ? 'GET' : isRun(request) ? 'RUN' : 'WRITE';

/** Times of the requests of the last second, by category. */
const windows = new WeakMap<State, Record<Category, number[]>>();

function checkLimit(state: State, request: FastifyRequest): void {
  const limit = PER_SECOND[state.options.plan];
  if (limit === Infinity) return;
  const recent = windows.get(state) ?? { GET: [], WRITE: [], RUN: [] };
  windows.set(state, recent);
  const category = categoryOf(request);
  const now = Date.now();
  const inWindow = recent[category].filter((time) => time > now - 1000);
  recent[category] = inWindow;
  if (inWindow.length >= limit) {
    state.rateLimited++;
    const wait = Math.max(0.05, ((inWindow[0] ?? now) + 1000 - now) / 1000);
    throw new ApiError(429, 'RATE_LIMIT_EXCEEDED', 'Too many requests', true, { 'retry-after': wait.toFixed(2) });
  }
  inWindow.push(now);
}

/** Lets a request in, or says why not, in Extend's order: token, version, workspace, credits, permission, rate. */
export function checkGate(state: State, request: FastifyRequest): void {
  const { authorization = '', 'x-extend-api-version': version, 'x-extend-workspace-id': workspace } = request.headers;
  const token = authorization.replace(/^Bearer /, '');
  if (![state.options.token, 'sk_no_credits', 'sk_no_permission'].includes(token)) {
    throw new ApiError(401, 'UNAUTHORIZED', 'Invalid API key');
  }
  if (version !== '2026-02-09') {
    throw new ApiError(400, 'INVALID_REQUEST', 'The header x-extend-api-version must be 2026-02-09');
  }
  const { requireWorkspaceId } = state.options;
  if (requireWorkspaceId !== undefined && workspace !== requireWorkspaceId) {
    throw new ApiError(400, 'INVALID_REQUEST', 'The header x-extend-workspace-id is required for organization API keys');
  }
  if (workspace === '') throw new ApiError(400, 'INVALID_REQUEST', 'The header x-extend-workspace-id is empty');
  if (token === 'sk_no_credits' && isRun(request)) {
    throw new ApiError(402, 'USAGE_BLOCKED', 'The organization has no credits left');
  }
  if (token === 'sk_no_permission') throw new ApiError(403, 'FORBIDDEN', 'The API key lacks the permission for this');
  checkLimit(state, request);
}
