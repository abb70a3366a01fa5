import { type ILoadOptionsFunctions, type INodeListSearchResult, NodeApiError, type JsonObject } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../extend/api/errors';
import type { Page, WorkflowSummary } from '../../../extend/api/types';
import { ExtendClient } from '../../../transport/client';
import { toNodeError } from '../../../transport/nodeError';

/** Entries the editor gets at once while scrolling. */
const ENTRIES_PER_PAGE = 100;

const toEntry = ({ id, name }: WorkflowSummary) => ({ name, value: id });

/**
 * Workflows for the list of a locator. Extend cannot filter by name, so a search reads every page.
 * @param paginationToken where the last page ended
 */
export async function searchWorkflows(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  try {
    const client = await ExtendClient.connect(this);
    if (filter) {
      const wanted = filter.toLowerCase();
      const found: WorkflowSummary[] = [];
      for await (const { data } of client.pages<WorkflowSummary>('/workflows')) {
        found.push(...data.filter(({ id, name }) => name.toLowerCase().includes(wanted) || id === filter));
      }
      return { results: found.map(toEntry) };
    }
    const page = await client.request<Page<WorkflowSummary>>({
      method: 'GET',
      path: '/workflows',
      query: { maxPageSize: ENTRIES_PER_PAGE, ...(paginationToken && { nextPageToken: paginationToken }) },
      effect: 'read',
    });
    return { results: page.data.map(toEntry), paginationToken: page.nextPageToken ?? undefined };
  } catch (error) {
    if (error instanceof ExtendApiFailure) throw toNodeError(this.getNode(), error);
    throw new NodeApiError(this.getNode(), error as JsonObject);
  }
}
