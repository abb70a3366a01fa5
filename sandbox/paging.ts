import { ApiError } from './apiError';

/** A list page of the contract (§e). */
export interface ListPage<T> {
  object: 'list';
  data: T[];
  nextPageToken?: string;
}

export type Query = Record<string, string | undefined>;

/** Tokens belong to their query and contain characters that must be encoded in a URL. */
const tokenFor = (query: Query, offset: number): string => `${offset}:/+&=${Buffer.from(keyOf(query)).toString('base64')}==`;

const keyOf = (query: Query): string =>
  JSON.stringify(Object.entries(query).filter(([name]) => name !== 'nextPageToken' && name !== 'maxPageSize').sort());

/**
 * Cuts one page.
 * @param rows all rows of the query, sorted
 */
export function page<T, R>(rows: T[], query: Query, toRow: (row: T) => R): ListPage<R> {
  const size = Number(query.maxPageSize ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > 1000) {
    throw new ApiError(400, 'INVALID_REQUEST', 'Must be a whole number from 1 to 1000. Path: maxPageSize');
  }
  const offset = query.nextPageToken ? Number.parseInt(query.nextPageToken, 10) : 0;
  if (query.nextPageToken && query.nextPageToken !== tokenFor(query, offset)) {
    throw new ApiError(400, 'INVALID_REQUEST', 'The page token does not belong to this query. Path: nextPageToken');
  }
  const data = rows.slice(offset, offset + size);
  const next = offset + size < rows.length ? tokenFor(query, offset + size) : undefined;
  return { object: 'list', data: data.map(toRow), ...(next !== undefined && { nextPageToken: next }) };
}

/** Sorts by a text field; newest first unless asked otherwise. */
export const sorted = <T>(rows: T[], by: (row: T) => string, direction = 'desc'): T[] => {
  const sign = direction === 'asc' ? 1 : -1;
  return [...rows].sort((a, b) => sign * by(a).localeCompare(by(b)));
};
