import { parse } from 'flatted';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CredentialRef, type Execution, type Item, type NodeJson, type WorkflowJson, itemsOf } from '../../scripts/n8nClient';
import { ensureN8n } from '../../scripts/n8nRuntime';
import { pack } from '../../scripts/pack';
import { N8nCluster } from '../../scripts/queue/cluster';
import type { Postgres } from '../../scripts/queue/postgres';

export const START = 'Start';
export const FILES = 'Files';
export const EXTEND = 'Extend';
export const TRIGGER = 'Extend Trigger';
export const AFTER = 'After';

/** The default expression engine takes a tenth of a second per request and execution on a small machine. */
export async function openCluster(): Promise<N8nCluster> {
  const runtime = await ensureN8n();
  const { file: tarball } = await pack();
  return await N8nCluster.start({ runtime, tarball, env: { N8N_EXPRESSION_ENGINE: 'legacy' } });
}

export const node = (name: string, type: string, more: Partial<NodeJson> = {}): NodeJson => ({
  id: randomUUID(),
  name,
  type,
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
  ...more,
});

/** Nodes one after the other. */
export const chain = (name: string, nodes: NodeJson[], more: Partial<WorkflowJson> = {}): WorkflowJson => ({
  name,
  nodes,
  connections: Object.fromEntries(
    nodes.slice(0, -1).map(({ name: from }, i) => [from, { main: [[{ node: nodes[i + 1]?.name, type: 'main', index: 0 }]] }]),
  ),
  settings: { executionOrder: 'v1' },
  ...more,
});

/** Extend Trigger → a node that shows what ran after it. */
export const receiver = (credential: CredentialRef, parameters: NodeJson['parameters']): WorkflowJson =>
  chain('Receive results', [
    node(TRIGGER, 'n8n-nodes-extend.extendTrigger', { webhookId: randomUUID(), credentials: { extendApi: credential }, parameters }),
    node(AFTER, 'n8n-nodes-base.noOp'),
  ]);

export interface StoredRun {
  id: string;
  status: string;
  mode: string;
  retryOf: string;
  /** What reached the node after the trigger: an effective execution has at least one. */
  items: Item[];
}

/** All executions of a workflow as the database has them; much faster than one request for each. */
export async function storedRuns(postgres: Postgres, workflowId: string): Promise<StoredRun[]> {
  const rows = await postgres.query(
    `SELECT e.id, e.status, e.mode, coalesce(e."retryOf", ''), d.data FROM execution_entity e
     JOIN execution_data d ON d."executionId" = e.id WHERE e."workflowId" = '${workflowId}' ORDER BY e.id`,
  );
  return rows.map(([id = '', status = '', mode = '', retryOf = '', data = '']) => ({
    id,
    status,
    mode,
    retryOf,
    items: itemsOf({ data: parse(data) } as Execution, AFTER),
  }));
}

/** Resolves when a workflow has this many executions and all of them are over. */
export async function whenOver(postgres: Postgres, workflowId: string, count: number, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const rows = await postgres.query(`SELECT status, count(*) FROM execution_entity WHERE "workflowId" = '${workflowId}' GROUP BY 1`);
    const numbers = new Map(rows.map(([status = '', n]) => [status, Number(n)]));
    const total = [...numbers.values()].reduce((sum, n) => sum + n, 0);
    const open = ['new', 'running', 'waiting'].reduce((sum, status) => sum + (numbers.get(status) ?? 0), 0);
    if (total >= count && open === 0) return;
    if (Date.now() > deadline) throw new Error(`After ${withinMs / 1000} s: ${JSON.stringify([...numbers])}`);
    await sleep(250);
  }
}
