import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CredentialRef, type Execution, type Item, type NodeJson, type WorkflowJson, itemsOf } from '../../harness/n8nClient';
import { type Stage, type StageOptions, openStage } from './n8nStage';

export const TRIGGER = 'Extend Trigger';
/** The node after the trigger, which shows what ran. */
export const AFTER = 'After';

/** A connection to the first input of a node. */
export const to = (node: string) => [{ node, type: 'main', index: 0 }];

interface ListenerOptions {
  webhookId?: string;
  credential?: CredentialRef;
}

/** A stage with what tests of the trigger need: workflows that listen, and looks at what came of it. */
export class TriggerStage {
  private constructor(private readonly stage: Stage) {}

  static async open({ version, sandbox, n8n }: StageOptions = {}): Promise<TriggerStage> {
    // The default expression engine takes a tenth of a second per request on a small machine.
    const env = { N8N_EXPRESSION_ENGINE: 'legacy', ...n8n?.env };
    return new TriggerStage(await openStage({ version, sandbox: { runMs: 100, deliveryBackoffMs: 200, ...sandbox }, n8n: { ...n8n, env } }));
  }

  get server() {
    return this.stage.server;
  }

  get n8n() {
    return this.stage.server.client;
  }

  get sandbox() {
    return this.stage.sandbox;
  }

  get credential() {
    return this.stage.credential;
  }

  async close(): Promise<void> {
    await this.stage.close();
  }

  /** Extend Trigger → a node that shows what ran after it. */
  listener(parameters: NodeJson['parameters'] = {}, { webhookId = randomUUID(), credential = this.credential }: ListenerOptions = {}): WorkflowJson {
    const trigger: NodeJson = {
      id: randomUUID(),
      name: TRIGGER,
      type: 'n8n-nodes-extend.extendTrigger',
      typeVersion: 1,
      position: [0, 0],
      webhookId,
      credentials: { extendApi: credential },
      parameters: {
        events: ['workflow_run.completed', 'workflow_run.failed', 'workflow_run.needs_review'],
        workflows: { values: [{ workflow: { __rl: true, mode: 'id', value: this.sandbox.workflowId } }] },
        ...parameters,
      },
    };
    const after: NodeJson = { id: randomUUID(), name: AFTER, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [240, 0], parameters: {} };
    return { name: `Listener ${randomUUID()}`, nodes: [trigger, after], connections: { [TRIGGER]: { main: [to(AFTER)] } }, settings: { executionOrder: 'v1' } };
  }

  /** A published workflow and the endpoint that it made. */
  async listen(workflow: WorkflowJson = this.listener()): Promise<{ id: string; endpointId: string; url: string }> {
    const before = new Set(this.endpoints.map(({ id }) => id));
    const { id } = await this.n8n.createWorkflow(workflow);
    await this.n8n.activateWorkflow(id);
    const made = () => this.endpoints.find((candidate) => !before.has(candidate.id));
    await until(() => this.subscriptions.some(({ webhookEndpointId }) => webhookEndpointId === made()?.id));
    const endpoint = made();
    if (!endpoint) throw new Error('no endpoint was made');
    // The static data with the secret is saved right after the last subscription.
    await until(async () => JSON.stringify((await this.n8n.getWorkflow(id)).staticData ?? '').includes(endpoint.id));
    return { id, endpointId: endpoint.id, url: endpoint.url };
  }

  /**
   * Publishes without waiting, also what n8n cannot activate.
   * @returns its ID
   */
  async publish(workflow: WorkflowJson): Promise<string> {
    const { id } = await this.n8n.createWorkflow(workflow);
    await this.n8n.activateWorkflow(id).catch(() => undefined);
    return id;
  }

  /**
   * Brings a workflow in by n8n's command line, which also takes its static data.
   * @returns its ID
   */
  async importWorkflow(workflow: WorkflowJson): Promise<string> {
    const id = randomUUID();
    const file = join(this.server.folder, `${id}.json`);
    // Older versions of n8n do not fill in what is missing.
    await writeFile(file, JSON.stringify([{ active: false, versionId: randomUUID(), ...workflow, id }]));
    await this.server.cli('import:workflow', `--input=${file}`);
    return id;
  }

  /** Ends a workflow's listening; not all that is published is active. */
  async unpublish(id: string): Promise<void> {
    await this.n8n.deactivateWorkflow(id).catch(() => undefined);
  }

  get endpoints() {
    return this.sandbox.ledger().endpoints;
  }

  get subscriptions() {
    return this.sandbox.ledger().subscriptions;
  }

  /** Numbers of endpoints and subscriptions, once n8n has had the time to make them these. */
  async settled(endpoints: number, subscriptions: number, withinMs?: number): Promise<[number, number]> {
    await until(() => this.endpoints.length === endpoints && this.subscriptions.length === subscriptions, withinMs);
    // What is wrong may still come: a second endpoint, a late removal.
    await sleep(1000);
    return [this.endpoints.length, this.subscriptions.length];
  }

  /** All executions of a workflow, once they are over. */
  async executions(workflowId: string): Promise<Execution[]> {
    let ids = await this.n8n.executionIds(workflowId);
    // Older versions of n8n store an execution a moment after they have answered.
    for (let before = -1; ids.length !== before; ids = await this.n8n.executionIds(workflowId)) {
      before = ids.length;
      await sleep(300);
    }
    return await Promise.all(ids.map(async (id) => await this.n8n.waitForExecution(id)));
  }

  /** Items that reached a node after the trigger, over all executions. */
  async passedOn(workflowId: string, node = AFTER): Promise<Item[]> {
    return (await this.executions(workflowId)).flatMap((execution) => itemsOf(execution, node));
  }

  /** A request to the sandbox's API, as Extend's dashboard makes it. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${this.sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    const answer = await fetch(`${this.sandbox.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return (await answer.json()) as T;
  }
}

/** n8n registers and removes webhooks a moment after it has answered. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 45_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds()) && Date.now() < deadline) await sleep(100);
}
