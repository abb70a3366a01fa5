import { ExtendClient } from 'extend-ai';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sandbox } from '../sandbox';

/** Extend's own client, talking to the sandbox; it does not retry, so that every answer is seen. */
export const clientOf = ({ url, token }: Pick<Sandbox, 'url' | 'token'>, overrides: Partial<ExtendClient.Options> = {}): ExtendClient =>
  new ExtendClient({ token, baseUrl: url, maxRetries: 0, timeoutInSeconds: 10, ...overrides });

/** Follows page tokens to the end. */
export async function pagesOf<T>(get: (nextPageToken?: string) => PromiseLike<{ data: T[]; nextPageToken?: string }>): Promise<T[][]> {
  const pages: T[][] = [];
  let token: string | undefined;
  do {
    const { data, nextPageToken } = await get(token);
    pages.push(data);
    token = nextPageToken;
  } while (token);
  return pages;
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 8000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await wait(10);
  }
}
