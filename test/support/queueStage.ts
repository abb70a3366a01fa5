import { parse } from 'flatted';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchServer, startServer } from '../../bench/server';
import type { DeliverOrder, FaultRule, Ledger, SandboxOptions } from '../../sandbox';
import { type CredentialRef, type Execution, type Item, type NodeJson, type WorkflowJson, itemsOf } from '../../harness/n8nClient';
import { ensureN8n } from '../../harness/n8nRuntime';
import { pack } from '../../harness/pack';
import { N8nCluster } from '../../harness/queue/cluster';
import { credentialFor } from './n8nStage';

export const TRIGGER = 'Extend Trigger';
export const AFTER = 'After';

export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** n8n in queue mode with the packed package, and a sandbox in a process of its own that it works with. */
export class QueueStage {
  private constructor(
    private readonly stack: AsyncDisposableStack,
    readonly cluster: N8nCluster,
    readonly server: BenchServer,
    readonly credential: CredentialRef,
  ) {}

  static async open(sandbox: SandboxOptions): Promise<QueueStage> {
    const runtime = await ensureN8n();
    const { file: tarball } = await pack();
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await startServer(sandbox));
    // The default expression engine takes a tenth of a second per request and execution on a small machine.
    const cluster = stack.use(await N8nCluster.start({ runtime, tarball, env: { N8N_EXPRESSION_ENGINE: 'legacy' } }));
    const credential = await cluster.client.createCredential({ name: 'Extend API', type: 'extendApi', data: credentialFor(server) });
    return new QueueStage(stack.move(), cluster, server, credential);
  }

  async close(): Promise<void> {
    await this.stack.disposeAsync();
  }

  /** One book of the sandbox's ledger. */
  async ledger<K extends keyof Ledger>(only: K): Promise<Ledger[K]> {
    return ((await this.control('GET', `/ledger?only=${only}`)) as Ledger)[only];
  }

  async deliver(order: DeliverOrder): Promise<number[]> {
    return (await this.control('POST', '/deliver', order)) as number[];
  }

  async fault(rule: FaultRule): Promise<void> {
    await this.control('POST', '/faults', rule);
  }

  /** A run of the API whose event nobody hears; gives its ID. */
  async finishedRun(): Promise<string> {
    const { id } = await this.api('POST', '/workflow_runs', { workflow: { id: this.server.workflowId }, file: { text: 'Invoice' } });
    while ((await this.run(String(id))).status !== 'PROCESSED') await sleep(100);
    return String(id);
  }

  /** A run as the API shows it, and as its event has it. */
  async run(id: string): Promise<Record<string, unknown>> {
    return await this.api('GET', `/workflow_runs/${id}`);
  }

  /** Publishes Extend Trigger → a node that shows what ran after it; resolves when it is registered. */
  async listen(trigger: Partial<NodeJson> = {}): Promise<{ id: string; nodeId: string; endpointId: string }> {
    const { client } = this.cluster;
    const definition = chain('Receive', [
      node(TRIGGER, 'n8n-nodes-extend.extendTrigger', {
        webhookId: randomUUID(),
        credentials: { extendApi: this.credential },
        parameters: { events: ['workflow_run.completed'], workflowSelection: 'selected', workflows: { values: [{ workflow: byId(this.server.workflowId) }] } },
        ...trigger,
      }),
      node(AFTER, 'n8n-nodes-base.noOp'),
    ]);
    const before = new Set((await this.ledger('subscriptions')).map(({ id }) => id));
    const { id } = await client.createWorkflow(definition);
    await client.activateWorkflow(id);
    for (;;) {
      const made = (await this.ledger('subscriptions')).find((one) => !before.has(one.id));
      // The secret is saved right after the last subscription.
      await sleep(500);
      if (made) return { id, nodeId: definition.nodes[0]?.id ?? '', endpointId: made.webhookEndpointId };
    }
  }

  /** All executions of a workflow, once they are over; read from the database, much faster than a request for each. */
  async executions(workflowId: string, atLeast: number, withinMs: number): Promise<StoredExecution[]> {
    await this.whenOver(workflowId, atLeast, withinMs);
    const rows = await this.cluster.postgres.query(
      `SELECT e.id, e.status, e.mode, d.data FROM execution_entity e JOIN execution_data d ON d."executionId" = e.id
       WHERE e."workflowId" = '${workflowId}' ORDER BY e.id`,
    );
    return rows.map(([id = '', status = '', mode = '', packed = '']) => {
      const data = parse(packed) as Execution['data'];
      const itemsAfter = (name: string) => itemsOf({ data } as Execution, name);
      return {
        id,
        status,
        mode,
        error: data.resultData.error?.message,
        recovered: [TRIGGER, AFTER].some((name) => itemsAfter(name).some(isArtificial)),
        items: itemsAfter(AFTER).filter((item) => !isArtificial(item)),
      };
    });
  }

  /** How many executions of a workflow have each status. */
  async statuses(workflowId: string): Promise<Record<string, number>> {
    const rows = await this.cluster.postgres.query(`SELECT status, count(*) FROM execution_entity WHERE "workflowId" = '${workflowId}' GROUP BY 1`);
    return Object.fromEntries(rows.map(([status = '', count]) => [status, Number(count)]));
  }

  /** Waits until a workflow has this many executions and all are over. */
  async whenOver(workflowId: string, atLeast: number, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const { new: queued = 0, running = 0, ...over } = await this.statuses(workflowId);
      if (queued + running === 0 && Object.values(over).reduce((sum, count) => sum + count, 0) >= atLeast) return;
      if (Date.now() > deadline) throw new Error(`After ${withinMs / 1000} s: ${JSON.stringify({ queued, running, ...over })}`);
      // A look costs a process of its own.
      await sleep(1000);
    }
  }

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    return await this.api(method, `/_sandbox${path}`, body);
  }

  private async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${this.server.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    const answer = await fetch(`${this.server.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return (await answer.json()) as Record<string, unknown>;
  }
}

export interface StoredExecution {
  id: string;
  status: string;
  mode: string;
  error?: string;
  /** Whether n8n's recovery wrote a part of it. */
  recovered: boolean;
  /** What reached the node after the trigger: an effective execution has at least one. */
  items: Item[];
}

/** What n8n's recovery puts in the place of output that is gone with its worker (its ARTIFICIAL_TASK_DATA). */
const isArtificial = ({ json }: Item): boolean => json.isArtificialRecoveredEventItem === true;

/** How n8n calls an execution whose worker is gone. */
const INTERRUPTED = /failed to be processed too many times|crash|out-of-memory/i;

/**
 * Whether n8n ended an execution because its worker was gone. A worker that starts again amends it from the log of its
 * events: `crashed`, without an error when every node that began had ended; `error` if that was its status already. The
 * main process finds it missing in the queue: `crashed`, without an error. Whoever waits for its job learns that it
 * stalled: `error`, with a text, also over a `crashed` that was there before.
 */
export const isInterrupted = ({ status, error, recovered }: StoredExecution): boolean =>
  status === 'crashed' || (status === 'error' && (error === undefined ? recovered : INTERRUPTED.test(error)));

/** Items per event, over all executions. */
export function itemsByEvent(executions: StoredExecution[]): Map<string, Item[]> {
  const events = new Map<string, Item[]>();
  for (const item of executions.flatMap(({ items }) => items)) {
    const eventId = String(item.json.eventId);
    events.set(eventId, [...(events.get(eventId) ?? []), item]);
  }
  return events;
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
  connections: Object.fromEntries(nodes.slice(0, -1).map(({ name: from }, i) => [from, { main: [[{ node: nodes[i + 1]?.name, type: 'main', index: 0 }]] }])),
  settings: { executionOrder: 'v1' },
  ...more,
});
