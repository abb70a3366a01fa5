import multipart from '@fastify/multipart';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { ApiError } from './apiError';
import { API_VERSION, authenticate } from './auth';
import { after, afterStream, before, type Fault, STORAGE } from './faults';
import { newId } from './ids';
import { openDownload, openEntry, pathOf } from './journal';
import type { LedgerRequest } from './ledger';
import { categoryOf } from './limits';
import type { Server } from './server';

declare module 'fastify' {
  interface FastifyRequest {
    entry: LedgerRequest | null;
    fault: Fault | null;
  }
}

const isControl = ({ url }: FastifyRequest): boolean => url.startsWith('/_sandbox');

/** The HTTP server without its routes: what every request of the API passes, in this order: books, gate, faults. */
export async function createApp(server: Server): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: server.settings.maxBodyBytes, forceCloseConnections: true });
  await app.register(multipart);
  app.decorateRequest('entry', null);
  app.decorateRequest('fault', null);

  // Clients send `application/json` with nothing in it, for instance to cancel a run.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new ApiError(400, 'INVALID_REQUEST', 'The body is not valid JSON'));
    }
  });

  app.addHook('onRequest', async (request, reply) => {
    if (isControl(request)) return;
    reply.header('x-extend-request-id', newId('req')).header('x-extend-api-version', API_VERSION);
    request.entry = openEntry(server.state, request, reply);
    authenticate(server.settings, request);
    server.limits.admit(server.settings, categoryOf(request));
  });

  app.addHook('preHandler', async (request, reply) => {
    const path = pathOf(request);
    const isStorage = path.startsWith(STORAGE);
    if (!request.entry && !isStorage) return undefined;
    if (request.entry && request.body !== undefined) request.entry.body = request.body;
    request.fault = server.faults.next(request.method, path) ?? null;
    if (request.fault && isStorage) openDownload(server.state, request, request.fault);
    return request.fault && (await before(request.fault, request, reply)) ? reply : undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.fault) return payload;
    if (payload instanceof Readable) return await afterStream(request.fault, request, reply, payload);
    if (typeof payload !== 'string') return payload;
    return await after(request.fault, request, reply, payload);
  });

  app.addHook('onResponse', async ({ entry, fault }, reply) => {
    const lost = fault && 'when' in fault;
    if (entry && !lost) entry.status = reply.statusCode;
    if (reply.statusCode === 429 && entry) server.state.rateLimited++;
  });

  addErrorAnswers(app);
  return app;
}

/** Every error leaves in the flat shape of the contract. */
function addErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const known = error instanceof ApiError ? error : fromFramework(error);
    const { status, code, message, retryable, headers } = known;
    return reply.code(status).headers(headers).send({ code, message, retryable, requestId: reply.getHeader('x-extend-request-id') });
  });

  app.setNotFoundHandler(({ method, url }) => {
    throw new ApiError(404, 'NOT_FOUND', `There is no ${method} ${url.split('?')[0]}`);
  });
}

function fromFramework({ statusCode = 500, message }: { statusCode?: number; message: string }): ApiError {
  if (statusCode === 413) return new ApiError(413, 'REQUEST_TOO_LARGE', message);
  return statusCode < 500 ? new ApiError(400, 'INVALID_REQUEST', message) : new ApiError(500, 'INTERNAL_ERROR', message, true);
}
