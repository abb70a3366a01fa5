import type { FastifyInstance } from 'fastify';
import { notFound } from '../apiError';
import { makePdf } from '../documents';
import type { DeliverOrder, FaultRule, Sandbox, SandboxOptions } from '../options';
import type { State } from '../state';

/** The same controls as the object has, for other processes; and the documents the sandbox serves itself. */
export function controlRoutes(app: FastifyInstance, state: () => State, sandbox: () => Sandbox): void {
  app.get('/_sandbox/ledger', async () => sandbox().ledger());
  app.post('/_sandbox/faults', async ({ body }) => {
    sandbox().fault(body as FaultRule);
    return {};
  });
  app.post('/_sandbox/reset', async () => {
    sandbox().reset();
    return {};
  });
  app.post('/_sandbox/options', async ({ body }) => {
    sandbox().configure(body as Partial<SandboxOptions>);
    return {};
  });
  app.post('/_sandbox/deliver', async ({ body }) => await sandbox().deliver(body as DeliverOrder));

  app.get<{ Params: { name: string }; Querystring: { pages?: string } }>('/_sandbox/documents/:name', async ({ params, query }, reply) => {
    if (!params.name.endsWith('.pdf')) throw notFound('Document', params.name);
    const pages = Math.min(50, Math.max(1, Number(query.pages ?? 1)));
    return await reply.type('application/pdf').send(await makePdf(params.name, pages));
  });

  app.get<{ Params: { key: string } }>('/_sandbox/storage/:key', async ({ params, headers }, reply) => {
    if (headers.authorization !== undefined) {
      state().tokenLeaks++;
      return await reply.code(400).send('A presigned address must be fetched without a token');
    }
    const file = state().files.get(params.key);
    if (file) return await reply.type('application/octet-stream').send(file.bytes);
    const payload = state().storage.get(params.key);
    if (payload === undefined) throw notFound('Object', params.key);
    return payload;
  });
}
