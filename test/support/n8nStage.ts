import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox';
import type { CredentialRef, Item, NodeJson, WorkflowJson } from '../../harness/n8nClient';
import { ensureN8n } from '../../harness/n8nRuntime';
import { N8nServer, type N8nServerOptions } from '../../harness/n8nServer';
import { pack } from '../../harness/pack';

/** Time for a test file to get its server; also enough for the first one on a machine, which installs n8n. */
export const STAGE_TIMEOUT_MS = 20 * 60_000;

export const TRIGGER = 'Start';
export const EXTEND = 'Extend';

/** A real n8n server with the packed package, and a sandbox that it works with. */
export interface Stage {
  server: N8nServer;
  sandbox: Sandbox;
  /** A stored credential that fits the sandbox. */
  credential: CredentialRef;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Of n8n, if not the usual one. */
  version?: string;
  sandbox?: Partial<SandboxOptions>;
  n8n?: Partial<N8nServerOptions>;
}

export async function openStage({ version, sandbox: sandboxOptions, n8n }: StageOptions = {}): Promise<Stage> {
  const runtime = await ensureN8n(version);
  const { file: tarball } = await pack();
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await N8nServer.create({ runtime, tarball, ...n8n }));
  const sandbox = stack.use(await startSandbox(sandboxOptions));
  await server.start();
  const credential = await server.client.createCredential({ name: 'Extend API', type: 'extendApi', data: credentialFor(sandbox) });
  const parts = stack.move();
  return { server, sandbox, credential, close: async () => await parts.disposeAsync() };
}

export const credentialFor = ({ url, token }: Pick<Sandbox, 'url' | 'token'>, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  apiToken: token,
  region: 'custom',
  baseUrl: url,
  plan: 'custom',
  requestsPerSecond: 1000,
  ...more,
});

/** A workflow of a trigger that emits the given items, and an Extend node that gets them. */
export function extendWorkflow(items: Item[], credential: CredentialRef, parameters: Record<string, unknown>): WorkflowJson {
  const node = (name: string, type: string, more: Partial<NodeJson>): NodeJson => ({
    id: randomUUID(),
    name,
    type,
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    ...more,
  });
  return {
    name: `Test ${randomUUID()}`,
    nodes: [
      node(TRIGGER, 'n8n-nodes-base.manualTrigger', {}),
      node(EXTEND, 'n8n-nodes-extend.extend', {
        position: [240, 0],
        parameters: { resource: 'workflowRun', ...parameters },
        credentials: { extendApi: credential },
      }),
    ],
    connections: { [TRIGGER]: { main: [[{ node: EXTEND, type: 'main', index: 0 }]] } },
    settings: { executionOrder: 'v1' },
    pinData: { [TRIGGER]: items },
  };
}

/** Files of a server (database, logs, event log, but not the installed packages) that hold a text. */
export function filesWith(server: N8nServer, text: string): string[] {
  return readdirSync(server.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
