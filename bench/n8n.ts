import { randomUUID } from 'node:crypto';
import type { NodeJson, WorkflowJson } from '../harness/n8nClient';
import { ensureN8n } from '../harness/n8nRuntime';
import { N8nServer } from '../harness/n8nServer';
import { pack } from '../harness/pack';

/** A real n8n server with the packed package. */
export async function startN8n(env: Record<string, string> = {}): Promise<N8nServer> {
  const runtime = await ensureN8n();
  const { file: tarball } = await pack();
  const server = await N8nServer.create({ runtime, tarball, env });
  await server.start();
  return server;
}

export const node = (name: string, type: string, typeVersion: number, more: Partial<NodeJson> = {}): NodeJson => ({
  id: randomUUID(),
  name,
  type,
  typeVersion,
  position: [0, 0],
  parameters: {},
  ...more,
});

/** Nodes in a row. */
export const chain = (...nodes: NodeJson[]): WorkflowJson => ({
  name: `Bench ${randomUUID()}`,
  nodes,
  connections: Object.fromEntries(nodes.slice(1).map(({ name }, i) => [nodes[i]?.name, { main: [[{ node: name, type: 'main', index: 0 }]] }])),
  settings: { executionOrder: 'v1' },
});
