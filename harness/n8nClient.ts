import { parse } from 'flatted';
import { setTimeout as sleep } from 'node:timers/promises';

/** A workflow as n8n exports and imports it. */
export interface WorkflowJson {
  name: string;
  nodes: NodeJson[];
  connections: Record<string, unknown>;
  settings?: Record<string, unknown>;
  pinData?: Record<string, unknown>;
  /** What its nodes remember; n8n's command line exports and imports it, its editor does not. */
  staticData?: Record<string, unknown> | null;
}

export interface NodeJson {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
  credentials?: Record<string, CredentialRef>;
  [more: string]: unknown;
}

export interface CredentialRef {
  id: string;
  name: string;
}

export interface StoredWorkflow extends WorkflowJson {
  id: string;
  versionId: string;
  active: boolean;
}

export interface Item {
  json: Record<string, unknown>;
  binary?: Record<string, unknown>;
  pairedItem?: unknown;
}

interface NodeRun {
  /** In milliseconds. */
  executionTime: number;
  data?: { main: Array<Item[] | null> };
  error?: { message: string; description?: string };
  hints?: Array<{ message: string }>;
}

/** A stored execution, with its data unpacked. */
export interface Execution {
  id: string;
  status: string;
  finished: boolean;
  mode: string;
  data: { resultData: { runData: Record<string, NodeRun[]>; error?: { message: string; description?: string } } };
}

export interface ExecutionSummary {
  id: string;
  status: string;
  workflowId: string;
  mode: string;
}

export interface WaitOptions {
  timeoutMs?: number;
  pollMs?: number;
  signal?: AbortSignal;
}

/** n8n's answer to a request that it refused. */
export class N8nRequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const SERVES_WITHIN_MS = 60_000;

const OVER = new Set(['success', 'error', 'canceled', 'crashed']);

/** Speaks with an n8n server the way its editor does. */
export class N8nClient {
  private cookie = '';

  constructor(readonly baseUrl: string) {}

  /** Logs in. A server that has no owner yet gets one: older versions of n8n do not take it from the environment. */
  async login(email: string, password: string): Promise<void> {
    await this.untilItServes();
    const response = await this.fetch('POST', '/rest/login', { emailOrLdapLoginId: email, password }).catch(async (error) => {
      if (!(error instanceof N8nRequestError) || error.status !== 401) throw error;
      return await this.fetch('POST', '/rest/owner/setup', { email, password, firstName: 'The', lastName: 'Owner' });
    });
    this.cookie = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
  }

  /** Older versions of n8n say that they are ready some seconds before they know their own routes. */
  private async untilItServes(): Promise<void> {
    const deadline = Date.now() + SERVES_WITHIN_MS;
    // Who is not logged in is refused there; a server that does not know its routes answers 404 or 503.
    const status = async () => {
      const answer = await fetch(`${this.baseUrl}/rest/login`);
      await answer.arrayBuffer();
      return answer.status;
    };
    while (![200, 401].includes(await status()) && Date.now() < deadline) await sleep(150);
  }

  /** Any request of the editor; `path` starts with /rest or with /types. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.fetch(method, path, body);
    const answer = (await response.json()) as { data?: T };
    return (path.startsWith('/rest') ? answer.data : answer) as T;
  }

  /** Descriptions of those of the node types that the server has. */
  async nodeTypes(...names: string[]): Promise<Array<{ name: string; iconUrl?: unknown }>> {
    const all = await this.request<Array<{ name: string }>>('GET', '/types/nodes.json');
    return all.filter(({ name }) => names.includes(name));
  }

  async createCredential(credential: { name: string; type: string; data: Record<string, unknown> }): Promise<CredentialRef> {
    const { id, name } = await this.request<CredentialRef>('POST', '/rest/credentials', credential);
    return { id, name };
  }

  /** What the editor does after a credential is saved. */
  testCredential(credential: CredentialRef & { type: string; data: Record<string, unknown> }): Promise<{ status: 'OK' | 'Error'; message: string }> {
    return this.request('POST', '/rest/credentials/test', { credentials: credential });
  }

  createWorkflow(workflow: WorkflowJson): Promise<StoredWorkflow> {
    // Older versions of n8n do not fill in `active`.
    return this.request('POST', '/rest/workflows', { settings: {}, active: false, ...workflow });
  }

  updateWorkflow(id: string, change: Partial<WorkflowJson>): Promise<StoredWorkflow> {
    return this.request('PATCH', `/rest/workflows/${id}`, change);
  }

  getWorkflow(id: string): Promise<StoredWorkflow> {
    return this.request('GET', `/rest/workflows/${id}`);
  }

  /** Publishes the saved version. */
  async activateWorkflow(id: string): Promise<StoredWorkflow> {
    const { versionId } = await this.getWorkflow(id);
    return await this.setActive(id, true, { versionId });
  }

  async deactivateWorkflow(id: string): Promise<StoredWorkflow> {
    return await this.setActive(id, false, {});
  }

  /** Older versions of n8n have no publication: there, a workflow is changed to be active. */
  private async setActive(id: string, active: boolean, publication: object): Promise<StoredWorkflow> {
    const path = `/rest/workflows/${id}`;
    return await this.request<StoredWorkflow>('POST', `${path}/${active ? 'activate' : 'deactivate'}`, publication).catch(async (error) => {
      if (!(error instanceof N8nRequestError) || error.status !== 404) throw error;
      return await this.request<StoredWorkflow>('PATCH', path, { active });
    });
  }

  /**
   * Starts a manual execution.
   * @param trigger the name of the node to start from
   * @returns the ID of the execution
   */
  async runWorkflow(id: string, trigger: string): Promise<string> {
    const { executionId } = await this.test(id, trigger);
    return executionId;
  }

  /** What "Execute workflow" and "Execute step" of a trigger do; a trigger with a webhook listens, and there is no execution yet. */
  async test(id: string, trigger: string): Promise<{ executionId: string }> {
    // Newer versions of n8n run what is stored, older ones what they are sent.
    const workflowData = await this.getWorkflow(id);
    return await this.request('POST', `/rest/workflows/${id}/run`, { workflowData, triggerToStartFrom: { name: trigger } });
  }

  stopExecution(id: string): Promise<unknown> {
    return this.request('POST', `/rest/executions/${id}/stop`, {});
  }

  listExecutions(filter: { workflowId?: string; status?: string[] } = {}): Promise<{ results: ExecutionSummary[] }> {
    return this.request('GET', `/rest/executions?filter=${encodeURIComponent(JSON.stringify(filter))}&limit=100`);
  }

  /** IDs of all stored executions of a workflow, however many. */
  async executionIds(workflowId: string): Promise<string[]> {
    // While executions start, one may be on two pages.
    const ids = new Set<string>();
    const filter = encodeURIComponent(JSON.stringify({ workflowId }));
    let cursor: string | null = '';
    do {
      const path = `/rest/executions?filter=${filter}&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: { results: ExecutionSummary[]; nextCursor: string | null } = await this.request('GET', path);
      for (const { id } of page.results) ids.add(id);
      cursor = page.nextCursor;
    } while (cursor);
    return [...ids];
  }

  async getExecution(id: string): Promise<Execution> {
    const stored = await this.request<Omit<Execution, 'data'> & { data: string }>('GET', `/rest/executions/${id}`);
    return { ...stored, data: parse(stored.data) as Execution['data'] };
  }

  /** The execution once it is over, whether well or badly. */
  async waitForExecution(id: string, { timeoutMs = 120_000, pollMs = 250, signal }: WaitOptions = {}): Promise<Execution> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const execution = await this.getExecution(id);
      signal?.throwIfAborted();
      // Older versions of n8n store the status a moment before the data; of a crashed execution there may be none.
      if (OVER.has(execution.status) && (execution.data || execution.status === 'crashed')) return execution;
      if (Date.now() > deadline) throw new Error(`Execution ${id} is still ${execution.status} after ${timeoutMs / 1000} s`);
      await sleep(pollMs, undefined, { signal });
    }
  }

  private async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const send = async () =>
      await fetch(`${this.baseUrl}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          // n8n binds a session to the browser, and a manual run to the editor's push channel.
          'browser-id': 'n8n-nodes-extend',
          'push-ref': 'n8n-nodes-extend',
          ...(this.cookie && { cookie: this.cookie }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const response = await send().catch(async (error: unknown) => {
      // n8n closes connections that were idle for some seconds, sometimes just when a request goes out on one.
      if (method !== 'GET') throw error;
      return await send();
    });
    if (response.ok) return response;
    const text = await response.text();
    throw new N8nRequestError(response.status, `n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}`);
  }
}

/** Items that came out of a node in its last run; none if it did not run. */
export const itemsOf = ({ data }: Execution, node: string, output = 0): Item[] =>
  data.resultData.runData[node]?.at(-1)?.data?.main[output] ?? [];

/** Texts shown with a node after its last run. */
export const hintsOf = ({ data }: Execution, node: string): string[] =>
  (data.resultData.runData[node]?.at(-1)?.hints ?? []).map(({ message }) => message);
