import { ExtendClient } from 'extend-ai';
import { startSandbox } from '../../sandbox';
import { BASE_URLS } from '../../extend/api/limits';
import { UserError } from '../../harness/userError';

/** A run as the server remembers it; `item` is the input item that its metadata names. */
export interface ServerRun {
  id: string;
  batchId: string;
  item: number | undefined;
}

export interface ServerProgress {
  submitted: number;
  done: number;
}

/** Where the documents are processed: the sandbox, or the real API. */
export interface Backend extends AsyncDisposable {
  title: string;
  /** Data of the n8n credential. */
  credential: Record<string, unknown>;
  workflowId: string;
  /** Where documents can be downloaded by name; empty when there is no such place. */
  documentsUrl: string;
  progress(): Promise<ServerProgress>;
  /**
   * Every run of the execution that the server knows, whether or not n8n has a result of it.
   * @param known items by run ID, which spare a request for each run
   */
  runs(executionId: string, known: Map<string, number>): Promise<ServerRun[]>;
  /** Whether the server can post events to an n8n on this machine. */
  canPostHere: boolean;
  /** How long to wait between two looks at the progress. */
  lookEveryMs: number;
}

/** The sandbox, or the real API when the environment names a token and a workflow. */
export async function chooseBackend(env = process.env): Promise<Backend> {
  const { EXTEND_API_TOKEN: token, EXTEND_WORKFLOW_ID: workflowId } = env;
  if (token && workflowId) return await realApi(token, workflowId, env);
  if (token || workflowId) throw new UserError('Set both EXTEND_API_TOKEN and EXTEND_WORKFLOW_ID to use the real API, or neither to use the sandbox.');
  return await sandbox();
}

const isOver = (status: string): boolean => !['PENDING', 'PROCESSING', 'CANCELLING'].includes(status);

async function sandbox(): Promise<Backend> {
  const server = await startSandbox({ plan: 'enterprise', runMs: 2500, runsAtOnce: 200 });
  return {
    title: `the sandbox, a local Extend API, at ${server.url}`,
    credential: { apiToken: server.token, region: 'custom', baseUrl: server.url, plan: 'enterprise' },
    workflowId: server.workflowId,
    documentsUrl: `${server.url}/_sandbox/documents`,
    canPostHere: true,
    lookEveryMs: 300,
    progress: async () => {
      const { runs } = server.ledger();
      return { submitted: runs.length, done: runs.filter(({ status }) => isOver(status)).length };
    },
    runs: async (executionId) =>
      server
        .ledger()
        .runs.filter(({ metadata }) => correlationOf(metadata)?.executionId === executionId)
        .map(({ id, batchId, metadata }) => ({ id, batchId: batchId ?? '', item: correlationOf(metadata)?.itemIndex })),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function realApi(token: string, workflowId: string, env: NodeJS.ProcessEnv): Promise<Backend> {
  const { EXTEND_BASE_URL: baseUrl, EXTEND_REGION: region = 'us', EXTEND_WORKSPACE_ID: workspaceId } = env;
  if (!baseUrl && !(region in BASE_URLS)) throw new UserError(`EXTEND_REGION is ${Object.keys(BASE_URLS).join(', ')}, not ${region}.`);
  const address = baseUrl ?? BASE_URLS[region as keyof typeof BASE_URLS];
  const headers = { 'x-extend-workspace-id': workspaceId };
  const client = new ExtendClient({ token, baseUrl: address, headers, maxRetries: 5 });
  const begin = Date.now();
  // Better now than after n8n has been started.
  await client.workflows.retrieve(workflowId).catch((error: unknown) => {
    throw new UserError(`The Extend API at ${address} does not give the workflow ${workflowId}: ${reasonOf(error)}`);
  });

  /** Runs of the workflow since the demo began, newest first; other people's may be among them. */
  async function recentRuns() {
    const found = [];
    let nextPageToken: string | undefined;
    do {
      const page = await client.workflowRuns.list({ workflowId, sortBy: 'createdAt', sortDir: 'desc', maxPageSize: 1000, nextPageToken });
      const recent = page.data.filter(({ createdAt, batchId }) => batchId && Date.parse(createdAt) >= begin);
      found.push(...recent);
      nextPageToken = recent.length === page.data.length ? (page.nextPageToken ?? undefined) : undefined;
    } while (nextPageToken);
    return found;
  }

  return {
    title: `the Extend API at ${address}`,
    credential: { apiToken: token, region: baseUrl ? 'custom' : region, baseUrl: address, workspaceId: workspaceId ?? '', plan: 'payAsYouGo' },
    workflowId,
    documentsUrl: '',
    canPostHere: false,
    lookEveryMs: 5000,
    progress: async () => {
      const runs = await recentRuns();
      return { submitted: runs.length, done: runs.filter(({ status }) => isOver(status)).length };
    },
    runs: async (executionId, known) => {
      const runs: ServerRun[] = [];
      for (const { id, batchId } of await recentRuns()) {
        const item = known.get(id);
        if (item !== undefined) runs.push({ id, batchId: batchId ?? '', item });
        else {
          const correlation = correlationOf((await client.workflowRuns.retrieve(id)).metadata);
          if (correlation?.executionId === executionId) runs.push({ id, batchId: batchId ?? '', item: correlation.itemIndex });
        }
      }
      return runs;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const reasonOf = (error: unknown): string => {
  const { body, message, cause } = error as { body?: { message?: string }; message: string; cause?: Error };
  return body?.message ?? cause?.message ?? message;
};

const correlationOf = (metadata: unknown) => (metadata as { n8n?: { executionId: string; itemIndex: number } } | null)?.n8n;
