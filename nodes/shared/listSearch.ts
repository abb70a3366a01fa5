import { type ILoadOptionsFunctions, type INodeListSearchItems, type INodeListSearchResult, NodeApiError, type JsonObject as NodeJson } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { FileSummary, JsonObject, RunSummary, WorkflowSummary } from '../../extend/api/types';
import { ExtendClient, path } from '../../transport/client';
import { toNodeError } from './errors';

/** Entries the editor gets at once while scrolling. */
const ENTRIES_PER_PAGE = 100;

/** Gives a list of the editor; what goes wrong is shown in its place. */
async function listing(
  context: ILoadOptionsFunctions,
  list: (client: ExtendClient) => Promise<INodeListSearchResult>,
): Promise<INodeListSearchResult> {
  try {
    return await list(await ExtendClient.connect(context));
  } catch (error) {
    if (error instanceof ExtendApiFailure) throw toNodeError(context.getNode(), error);
    throw new NodeApiError(context.getNode(), error as NodeJson);
  }
}

/** One page of a list that Extend itself searches. */
async function onePage<T>(
  client: ExtendClient,
  listPath: string,
  query: JsonObject,
  toEntry: (row: T) => INodeListSearchItems,
): Promise<INodeListSearchResult> {
  const { data = [], nextPageToken } = await client.page<T>(listPath, query, ENTRIES_PER_PAGE);
  return { results: data.map(toEntry), paginationToken: nextPageToken ?? undefined };
}

/** A whole list, searched here, because Extend cannot. */
async function allMatching<T>(
  client: ExtendClient,
  listPath: string,
  filter: string,
  toEntry: (row: T) => INodeListSearchItems,
): Promise<INodeListSearchResult> {
  const wanted = filter.toLowerCase();
  const found: INodeListSearchItems[] = [];
  for await (const row of client.list<T>(listPath)) {
    const entry = toEntry(row);
    if (entry.name.toLowerCase().includes(wanted) || entry.value === filter) found.push(entry);
  }
  return { results: found };
}

/** Workflows by name. */
export async function searchWorkflows(this: ILoadOptionsFunctions, filter?: string, nextPageToken?: string): Promise<INodeListSearchResult> {
  const toEntry = ({ id, name }: WorkflowSummary) => ({ name, value: id });
  return await listing(this, async (client) =>
    filter ? await allMatching(client, '/workflows', filter, toEntry) : await onePage(client, '/workflows', { nextPageToken }, toEntry),
  );
}

/** Workflow runs by the name of their file, the newest first. */
export async function searchWorkflowRuns(this: ILoadOptionsFunctions, filter?: string, nextPageToken?: string): Promise<INodeListSearchResult> {
  const query = { fileNameContains: filter, sortBy: 'createdAt', sortDir: 'desc', nextPageToken };
  return await listing(this, async (client) =>
    await onePage<RunSummary>(client, '/workflow_runs', query, ({ id, status, files = [], createdAt = '' }) => ({
      name: [files.map(({ name }) => name).join(', ') || id, status, createdAt.slice(0, 16).replace('T', ' ')].filter(Boolean).join(' · '),
      value: id,
    })),
  );
}

/** Files by name, the newest first. */
export async function searchFiles(this: ILoadOptionsFunctions, filter?: string, nextPageToken?: string): Promise<INodeListSearchResult> {
  const query = { nameContains: filter, sortDir: 'desc', nextPageToken };
  return await listing(this, async (client) =>
    await onePage<FileSummary>(client, '/files', query, ({ id, name }) => ({ name, value: id })),
  );
}

/** Versions of the workflow that the panel has chosen. */
export async function searchWorkflowVersions(this: ILoadOptionsFunctions, filter?: string, nextPageToken?: string): Promise<INodeListSearchResult> {
  const workflow = this.getCurrentNodeParameter('workflow', { extractValue: true });
  if (typeof workflow !== 'string' || workflow === '') return { results: [] };
  const toEntry = ({ version, name }: { version: string; name?: string | null }) => ({
    name: `${version === 'draft' ? 'Draft' : `Version ${version}`}${name ? ` (${name})` : ''}`,
    value: version,
  });
  return await listing(this, async (client) => {
    const listPath = path`/workflows/${workflow}/versions`;
    return filter ? await allMatching(client, listPath, filter, toEntry) : await onePage(client, listPath, { nextPageToken }, toEntry);
  });
}
