import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { JsonObject } from '../../../extend/api/types';
import type { ExtendClient } from '../../../transport/client';
import { hasExpression } from './parameters';
import { perItem } from './perItem';

/** How many entries a list operation returns. */
export const limitFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    description: 'Max number of results to return',
    displayOptions: { show: { returnAll: [false] } },
  },
];

/**
 * A list operation: once for all items, or for each item when a parameter differs from item to item.
 * @param queryOf the filters of one item; empty ones are left out
 */
export async function getMany(
  context: IExecuteFunctions,
  client: ExtendClient,
  listPath: string,
  queryOf: (itemIndex: number) => JsonObject,
): Promise<INodeExecutionData[]> {
  const once = !hasExpression(context.getNode().parameters);
  return await perItem(
    context,
    async (itemIndex) => {
      const all = context.getNodeParameter('returnAll', itemIndex, false) as boolean;
      const limit = all ? Infinity : (context.getNodeParameter('limit', itemIndex, 50) as number);
      const query = Object.fromEntries(Object.entries(queryOf(itemIndex)).filter(([, value]) => value !== '' && value !== undefined));
      const found: IDataObject[] = [];
      for await (const { data } of client.pages<IDataObject>(listPath, query, Math.min(limit, 1000))) {
        found.push(...data);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    once ? 1 : undefined,
  );
}
