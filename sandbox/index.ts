import { createApp } from './app';
import type { SandboxOptions } from './options';
import { readLedger } from './readLedger';
import { controlRoutes } from './routes/control';
import { documentRoutes } from './routes/documents';
import { fileRoutes } from './routes/files';
import { webhookEndpointRoutes } from './routes/webhookEndpoints';
import { webhookSubscriptionRoutes } from './routes/webhookSubscriptions';
import { workflowRunRoutes } from './routes/workflowRuns';
import { workflowRoutes } from './routes/workflows';
import { reviewRun } from './runs/change';
import type { Sandbox } from './sandbox';
import { Server } from './server';
import { deliver } from './webhooks/order';

export type { Fault, FaultRule } from './faults';
export type * from './ledger';
export type { Plan, SandboxOptions, Unknowns } from './options';
export type { Sandbox } from './sandbox';
export { nestedSplitSteps, splitSteps, twoSplitsSteps } from './workflows/splitSteps';
export type { DeliverOrder } from './webhooks/order';

/** Starts a local Extend API on the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const server = new Server(options);
  const app = await createApp(server);
  const close = async () => {
    server.close();
    await app.close();
  };
  const sandbox: Sandbox = {
    url: '',
    token: server.settings.token,
    workflowId: server.state.defaultWorkflowId,
    ledger: () => readLedger(server.state),
    fault: (rule) => server.faults.add(rule),
    reset: () => server.reset(),
    configure: (changes) => server.configure(changes),
    deliver: async (order) => await deliver(server, order),
    review: (runId, decision) => reviewRun(server.state, runId, decision),
    secretOf: (endpointId) => server.state.endpoints.get(endpointId)?.signingSecret,
    close,
    [Symbol.asyncDispose]: close,
  };
  workflowRunRoutes(app, server);
  workflowRoutes(app, server);
  fileRoutes(app, server);
  webhookEndpointRoutes(app, server);
  webhookSubscriptionRoutes(app, server);
  documentRoutes(app, server);
  controlRoutes(app, server, sandbox);
  server.url = await app.listen({ host: '127.0.0.1', port: server.settings.port });
  sandbox.url = server.url;
  return sandbox;
}
