import type { LedgerPart, Sandbox } from '../../../sandbox';

/** What a request says to Extend, without what every HTTP client does in its own way. */
export interface SentRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string | undefined>;
  body?: unknown;
  form?: LedgerPart[];
}

const HEADERS = ['authorization', 'x-extend-api-version', 'x-extend-workspace-id', 'content-type', 'accept'];

/** The requests that arrive while something is done. */
export async function requestsOf(sandbox: Sandbox, work: () => PromiseLike<unknown>): Promise<SentRequest[]> {
  const before = sandbox.ledger().requests.length;
  await work();
  const requests = sandbox.ledger().requests.slice(before).map(({ method, path, query, headers, body, form }): SentRequest => {
    const told = Object.fromEntries(HEADERS.map((name) => [name, headers[name]]));
    return { method, path, query, headers: { ...told, 'content-type': told['content-type']?.split(';')[0] }, body, form };
  });
  return nameThings(sandbox, requests);
}

/** IDs are new every time: what they stand for takes their place, for a file that is its name and content. */
function nameThings(sandbox: Sandbox, requests: SentRequest[]): SentRequest[] {
  const { batches, files, runs } = sandbox.ledger();
  const names = [
    ...batches.map(({ batchId, inputCount }) => [batchId, `batch of ${inputCount}`] as const),
    ...runs.map(({ id, input }) => [id, `run of ${JSON.stringify(input)}`] as const),
    ...files.map(({ id, name, sha256 }) => [id, `file ${name} ${sha256}`] as const),
  ];
  const text = names.reduce((all, [id, name]) => all.replaceAll(id, JSON.stringify(name).slice(1, -1)), JSON.stringify(requests));
  return JSON.parse(text) as SentRequest[];
}

/** JSON with sorted keys, so that equal requests give equal texts. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );

/** Several items are worked on at once, so the order of requests says nothing. */
export const inOrder = (requests: SentRequest[]): SentRequest[] => [...requests].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
