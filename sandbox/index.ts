import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { ApiError } from './apiError';
import { Announcer, deliver } from './deliveries';
import { sha256 } from './documents';
import { after, before, Faults } from './faults';
import { checkGate } from './gate';
import { DEFAULTS, type Fault, type Ledger, type LedgerRequest, type Sandbox, type SandboxOptions } from './options';
import { controlRoutes } from './routes/control';
import { fileRoutes } from './routes/files';
import { webhookRoutes } from './routes/webhooks';
import { workflowRunRoutes } from './routes/workflowRuns';
import { workflowRoutes } from './routes/workflows';
import { statusOf } from './runs';
import { State } from './state';

export * from './options';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024 * 1024;

const isControl = ({ url }: FastifyRequest): boolean => url.startsWith('/_sandbox/');
const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? url;

/** Starts a local Extend API on the loopback interface. */
export async function startSandbox(given: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const options: SandboxOptions = { ...DEFAULTS, ...given, unknowns: { ...DEFAULTS.unknowns, ...given.unknowns } };
  let state = new State(options);
  const faults = new Faults();
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  await app.register(multipart, { limits: { fileSize: MAX_FILE_BYTES } });
  addHooks(app, () => state, faults);

  let url = '';
  workflowRunRoutes(app, () => state);
  workflowRoutes(app, () => state);
  fileRoutes(app, () => state, () => url);
  webhookRoutes(app, () => state);
  controlRoutes(app, () => state, () => sandbox);
  url = await app.listen({ host: '127.0.0.1', port: options.port });
  const announcer = new Announcer(() => state, () => url);

  const sandbox: Sandbox = {
    url,
    token: options.token,
    workflowId: state.defaultWorkflowId,
    ledger: () => ledgerOf(state),
    fault: (rule) => faults.add(rule),
    reset: () => {
      state = new State(options, state.defaultWorkflowId);
      faults.clear();
    },
    configure: ({ unknowns, ...more }) => Object.assign(options, more, { unknowns: { ...options.unknowns, ...unknowns } }),
    deliver: async (order) => await deliver(state, order),
    secretOf: (endpointId) => state.endpoints.get(endpointId)?.signingSecret,
    close: async () => {
      announcer.stop();
      await app.close();
    },
  };
  return sandbox;
}

interface Tracked extends FastifyRequest {
  entry?: LedgerRequest;
  hit?: Fault;
  place?: string;
}

/** What every request of the API passes, in this order: ledger, gate, faults. */
function addHooks(app: FastifyInstance, state: () => State, faults: Faults): void {
  app.addHook('onRequest', async (request: Tracked, reply) => {
    if (isControl(request)) return;
    const requestId = `req_${randomBytes(6).toString('hex')}`;
    reply.header('x-extend-request-id', requestId).header('x-extend-api-version', '2026-02-09');
    const { authorization, ...headers } = request.headers as Record<string, string>;
    const bearer: Record<string, string> = authorization === undefined ? {} : { authorization: authorization === `Bearer ${state().options.token}` ? 'right' : 'wrong' };
    const query = request.query as Record<string, string>;
    const entry = { at: Date.now(), method: request.method, path: pathOf(request), query, status: 0, headers: { ...headers, ...bearer } };
    request.entry = entry;
    state().requests.push(entry);
    request.place = `${request.method} ${request.routeOptions.url ?? ''}`;
    const running = (state().running.get(request.place) ?? 0) + 1;
    state().running.set(request.place, running);
    state().maxConcurrent[request.place] = Math.max(running, state().maxConcurrent[request.place] ?? 0);
    request.raw.once('close', () => {
      const { running: counts } = state();
      counts.set(request.place ?? '', (counts.get(request.place ?? '') ?? 1) - 1);
    });
    checkGate(state(), request);
  });

  app.addHook('preHandler', async (request: Tracked, reply) => {
    if (isControl(request)) return undefined;
    if (request.entry && request.body !== undefined) request.entry.body = request.body;
    request.hit = faults.next(request.method, pathOf(request));
    return request.hit && (await before(request.hit, request, reply)) ? reply : undefined;
  });

  app.addHook('onSend', async (request: Tracked, reply, payload) => {
    if (!request.hit || typeof payload !== 'string') return payload;
    const changed = await after(request.hit, request, reply, payload);
    if (changed !== undefined) reply.removeHeader('content-length');
    return changed ?? payload;
  });

  app.addHook('onResponse', async (request: Tracked, reply) => {
    if (request.entry) request.entry.status = request.raw.destroyed && !reply.raw.writableFinished ? 0 : reply.statusCode;
  });

  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const known = error instanceof ApiError;
    const status = known ? error.status : (error.statusCode ?? 500);
    const code = known ? error.code : status === 413 ? 'PAYLOAD_TOO_LARGE' : status < 500 ? 'INVALID_REQUEST' : 'INTERNAL_ERROR';
    const requestId = String(reply.getHeader('x-extend-request-id') ?? '');
    return reply
      .code(status)
      .headers(known ? error.headers : {})
      .send({ code, message: error.message, retryable: known ? error.retryable : status >= 500, requestId });
  });

  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: 'There is no such route', retryable: false }),
  );
}

function ledgerOf(state: State): Ledger {
  const now = Date.now();
  return structuredClone({
    requests: state.requests,
    batches: [...state.batches.values()].map((batch) => ({ ...batch, inputCount: batch.runIds.length })),
    runs: [...state.runs.values()].map((run) => ({
      id: run.id,
      batchId: run.batchId,
      status: statusOf(run, now),
      metadata: run.metadata,
      input: run.input,
      fileIds: run.files.map(({ id }) => id),
    })),
    files: [...state.files.values()].map(({ id, name, bytes, password }) => ({ id, name, bytes: bytes.length, sha256: sha256(bytes), password })),
    endpoints: [...state.endpoints.values()].map(({ id, url, status, enabledEvents }) => ({ id, url, status, enabledEvents })),
    subscriptions: [...state.subscriptions.values()].map(({ id, webhookEndpointId, resourceId, enabledEvents }) => ({ id, webhookEndpointId, resourceId, enabledEvents })),
    deliveries: state.deliveries,
    rateLimited: state.rateLimited,
    maxConcurrent: state.maxConcurrent,
    tokenLeaks: state.tokenLeaks,
  });
}
