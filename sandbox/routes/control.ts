import type { FastifyInstance } from 'fastify';
import { ApiError, notFound } from '../apiError';
import type { FaultRule } from '../faults';
import type { Ledger } from '../ledger';
import type { SandboxOptions } from '../options';
import type { Sandbox } from '../sandbox';
import type { Server } from '../server';
import { checkBody } from '../validation/bodies';
import type { DeliverOrder } from '../webhooks/order';

/** The same controls as the object has, for other processes. */
export function controlRoutes(app: FastifyInstance, server: Server, sandbox: Sandbox): void {
  app.get('/_sandbox', async () => ({ url: sandbox.url, token: sandbox.token, workflowId: sandbox.workflowId }));

  app.get<{ Querystring: { only?: keyof Ledger } }>('/_sandbox/ledger', async ({ query: { only } }) => {
    const ledger = sandbox.ledger();
    if (only === undefined) return ledger;
    if (!(only in ledger)) throw notFound('Book', only);
    return { [only]: ledger[only] };
  });

  app.post('/_sandbox/faults', async ({ body }) => {
    sandbox.fault(checkBody<FaultRule>(server.settings, 'fault', body));
    return {};
  });

  app.post('/_sandbox/reset', async () => {
    sandbox.reset();
    return {};
  });

  app.post('/_sandbox/options', async ({ body }) => {
    sandbox.configure(checkBody<SandboxOptions>(server.settings, 'options', body));
    return {};
  });

  app.post('/_sandbox/deliver', async ({ body }) => await sandbox.deliver(checkBody<DeliverOrder>(server.settings, 'deliver', body)));

  app.post<{ Body: { runId?: string; decision?: string } | undefined }>('/_sandbox/review', async ({ body }) => {
    const { runId, decision } = body ?? {};
    if (runId === undefined || (decision !== 'approve' && decision !== 'reject')) {
      throw new ApiError(400, 'INVALID_REQUEST', 'A runId and the decision approve or reject are needed');
    }
    sandbox.review(runId, decision);
    return {};
  });
}
