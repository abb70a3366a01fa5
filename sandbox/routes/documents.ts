import type { FastifyInstance } from 'fastify';
import { createReadStream } from 'node:fs';
import { ApiError, notFound } from '../apiError';
import { makePdf } from '../documents/pdf';
import type { Server } from '../server';

const MAX_PAGES = 200;

/** What anybody can download: documents to run workflows on, and whatever has a presigned address. */
export function documentRoutes(app: FastifyInstance, server: Server): void {
  app.get<{ Params: { name: string }; Querystring: { pages?: string } }>('/_sandbox/documents/:name', async ({ params, query }, reply) => {
    if (!params.name.endsWith('.pdf')) throw notFound('Document', params.name);
    const pages = Math.min(MAX_PAGES, Math.max(1, Math.trunc(Number(query.pages ?? 1)) || 1));
    return await reply.type('application/pdf').send(await makePdf(params.name, pages));
  });

  app.get<{ Params: { kind: string; id: string }; Querystring: Record<string, string> }>('/_sandbox/storage/:kind/:id', async (request, reply) => {
    const { state, presigner } = server;
    const { downloadType } = state.settings;
    const { kind, id } = request.params;
    const authorized = request.headers.authorization !== undefined;
    const status = authorized ? 400 : presigner.isValid(kind, id, request.query) ? 200 : 403;
    state.downloads.push({ at: Date.now(), path: `/${kind}/${id}`, status, authorized });
    if (status === 400) throw new ApiError(400, 'INVALID_REQUEST', 'Only one authentication mechanism is allowed: the address has a signature');
    if (status === 403) throw new ApiError(403, 'ACCESS_DENIED', 'The address has expired, or its signature is wrong');
    if (kind === 'payloads') return state.payloads.get(id) ?? {};
    const part = state.parts.get(id)?.content;
    if (part) return await reply.type('application/octet-stream').send(await part.cut(1, part.pages.length));
    const file = state.files.get(id);
    if (!file) throw notFound('File', id);
    return await reply.type(downloadType === 'stored' ? file.contentType : 'application/octet-stream').send(createReadStream(file.path));
  });
}
