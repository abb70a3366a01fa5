import { ExtendApiFailure } from './errors';
import type { Page } from './types';

/** A longer token would not fit into the address of the next request. */
const MAX_TOKEN_LENGTH = 8192;

const unreadable = (message: string): ExtendApiFailure =>
  new ExtendApiFailure({ kind: 'unreadable', message, retryable: false });

/** Reads the pages of one list, and notices when there would be no end to them. */
export class Pages<T> {
  /** Token of the next page; undefined after the last. */
  token?: string;
  private readonly seen = new Set<string>();

  /**
   * Takes a page that has arrived.
   * @returns its entries
   * @throws ExtendApiFailure when the answer is no page, or names one that was there before
   */
  take({ data, nextPageToken }: Partial<Page<T>>): T[] {
    if (!Array.isArray(data)) throw unreadable('The answer is not a list');
    const token: unknown = nextPageToken ?? '';
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) {
      throw unreadable('The list names its next page by something that is not a page token');
    }
    if (this.seen.has(token)) throw unreadable('The list comes back to a page that was there before, so it has no end');
    if (token !== '') this.seen.add(token);
    this.token = token === '' ? undefined : token;
    return data.filter((entry) => typeof entry === 'object' && entry !== null);
  }
}
