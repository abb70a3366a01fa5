import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { MAX_PAGE_SIZE } from '../../extend/api/limits';
import type { JsonObject } from '../../extend/api/types';
import type { ExtendClient } from '../../transport/client';
import { hasExpression } from './fastParameters';
import { numberOf } from './readParameter';
import { perItem } from './perItem';

const limitField: INodeProperties = {
  displayName: 'Limit',
  name: 'limit',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 50,
  description: 'Max number of results to return',
  displayOptions: { show: { returnAll: [false] } },
};

/** How many entries a list operation returns. */
export const limitFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  limitField,
];

/** The order of a list whose entries cannot be sorted by anything but their creation. */
export const sortDirection: INodeProperties = {
  displayName: 'Sort Direction',
  name: 'sortDir',
  type: 'options',
  options: [
    { name: 'Newest First', value: 'desc' },
    { name: 'Oldest First', value: 'asc' },
  ],
  default: 'desc',
};

export const sortBy: INodeProperties = {
  displayName: 'Sort By',
  name: 'sortBy',
  type: 'options',
  options: [
    { name: 'Created', value: 'createdAt' },
    { name: 'Updated', value: 'updatedAt' },
  ],
  default: 'createdAt',
};

interface List {
  path: string;
  /** Filters and order; empty ones are left out. */
  query: JsonObject;
}

/**
 * A list operation: once for all items, or for each item when a parameter differs from item to item.
 * @param listOf what to ask for one item
 * @param summarize how an entry looks with Simplify; without, entries are summaries already
 */
export async function getMany(
  context: IExecuteFunctions,
  client: ExtendClient,
  listOf: (itemIndex: number) => List,
  summarize: (entry: JsonObject) => JsonObject = (entry) => entry,
): Promise<INodeExecutionData[][]> {
  const task = async (itemIndex: number) => {
    const all = context.getNodeParameter('returnAll', itemIndex, false) as boolean;
    const limit = all ? Infinity : Math.floor(numberOf(context.getNode(), limitField, context.getNodeParameter('limit', itemIndex, 50)));
    const { path, query } = listOf(itemIndex);
    const simplify = context.getNodeParameter('simplify', itemIndex, true) as boolean;
    const found = await collect(client, path, query, limit);
    return simplify ? found.map(summarize) : found;
  };
  const once = !hasExpression(context.getNode().parameters);
  return await perItem(context, task, once ? { items: 1 } : {});
}

/**
 * The entries of a list, each once. An entry that changes while the pages are read can move to another page: it would be
 * there twice, or not at all. When the whole list is wanted it is therefore read by creation, which never changes, and
 * sorted here.
 */
async function collect(client: ExtendClient, path: string, query: JsonObject, limit: number): Promise<JsonObject[]> {
  const resort = limit === Infinity && query.sortBy === 'updatedAt';
  const found = new Map<unknown, JsonObject>();
  for await (const entry of client.list<JsonObject>(path, resort ? { ...query, sortBy: 'createdAt' } : query, Math.min(limit, MAX_PAGE_SIZE))) {
    found.set(entry.id, entry);
    if (found.size >= limit) break;
  }
  const entries = [...found.values()].slice(0, limit);
  if (!resort) return entries;
  const sign = query.sortDir === 'asc' ? 1 : -1;
  const timeOf = ({ updatedAt }: JsonObject) => Date.parse(String(updatedAt)) || 0;
  return entries.sort((a, b) => sign * (timeOf(a) - timeOf(b)));
}
