import { createHash } from 'node:crypto';
import { invalid } from './apiError';
import type { Settings } from './options';

/** A list page of the contract (§e). */
export interface ListPage<T> {
  object: 'list';
  data: T[];
  nextPageToken?: string;
}

export type Query = Record<string, string | undefined>;

const MAX_PAGE_SIZE = 1000;
const DEFAULT_PAGE_SIZE = 10;

/** Tokens belong to their query, are opaque, and contain characters that must be encoded in a URL. */
function tokenFor(query: Query, offset: number): string {
  const asked = Object.entries(query).filter(([name]) => name !== 'nextPageToken' && name !== 'maxPageSize');
  const digest = createHash('sha256').update(JSON.stringify(asked.sort())).digest('base64');
  return `${Buffer.from(String(offset)).toString('base64')}:/+${digest}`;
}

function offsetIn(settings: Settings, query: Query): number {
  const { nextPageToken: token } = query;
  if (!token) return 0;
  const offset = Number(Buffer.from(token.split(':')[0] ?? '', 'base64').toString());
  if (token !== tokenFor(query, offset)) throw invalid(settings, 'The page token does not belong to this query', 'nextPageToken');
  return offset;
}

/**
 * Cuts one page. No list has a filter that takes several values.
 * @param rows all rows of the query, sorted
 * @param toRow how a row is shown
 */
export function page<T, R>(settings: Settings, rows: T[], query: Query, toRow: (row: T) => R): ListPage<R> {
  const twice = Object.keys(query).find((name) => Array.isArray(query[name]));
  if (twice !== undefined) throw invalid(settings, 'Must be one value', twice);
  const asked = Number(query.maxPageSize ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(asked) || asked < 1 || asked > MAX_PAGE_SIZE) {
    throw invalid(settings, `Must be a whole number from 1 to ${MAX_PAGE_SIZE}`, 'maxPageSize');
  }
  const offset = offsetIn(settings, query);
  const end = offset + Math.min(asked, settings.pageCap);
  return {
    object: 'list',
    data: rows.slice(offset, end).map(toRow),
    ...(end < rows.length && { nextPageToken: tokenFor(query, end) }),
  };
}

/**
 * Sorts rows that are in the order of their creation; newest first unless asked otherwise.
 * @param changedAt time of the last change, where lists can be sorted by it (the default there)
 */
export function inOrder<T>(settings: Settings, rows: T[], query: Query, changedAt?: (row: T) => number): T[] {
  const { sortDir = 'desc', sortBy = 'updatedAt' } = query;
  if (!['asc', 'desc'].includes(sortDir)) throw invalid(settings, 'Must be asc or desc', 'sortDir');
  if (!['createdAt', 'updatedAt'].includes(sortBy)) throw invalid(settings, 'Must be createdAt or updatedAt', 'sortBy');
  const sorted = changedAt && sortBy === 'updatedAt' ? rows.map((row) => ({ row, at: changedAt(row) })).sort((a, b) => a.at - b.at) : undefined;
  const ascending = sorted ? sorted.map(({ row }) => row) : [...rows];
  return sortDir === 'asc' ? ascending : ascending.reverse();
}
