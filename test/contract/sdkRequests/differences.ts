import { inOrder, type SentRequest, textOf } from './requests';

/** A difference that is meant: what it makes of our requests must be what the SDK sends. */
export interface Difference {
  what: string;
  why: string;
  /** It is a matter of time: both sides may do it, or neither. */
  ofTime?: true;
  undo(requests: SentRequest[]): SentRequest[];
}

type Metadata = Record<string, unknown> | undefined;
interface Body {
  metadata?: Metadata;
  inputs?: Array<{ metadata?: Metadata }>;
}

const each = (change: (request: SentRequest) => SentRequest) => (requests: SentRequest[]) => requests.map(change);

function withoutSource<T extends { metadata?: Metadata }>(holder: T): T {
  const { metadata, ...rest } = holder;
  const { n8n, ...own } = metadata ?? {};
  if (n8n === undefined) return holder;
  return { ...rest, ...(Object.keys(own).length > 0 && { metadata: own }) } as T;
}

export const correlation: Difference = {
  what: 'metadata.n8n',
  why: 'brings each result back to its item, and finds a run or batch whose answer was lost',
  undo: each((request) => {
    const body = request.body as Body | undefined;
    if (!body) return request;
    return { ...request, body: { ...withoutSource(body), ...(body.inputs && { inputs: body.inputs.map(withoutSource) }) } };
  }),
};

const withoutQuery = (...expected: Array<[name: string, value: string]>) =>
  each((request) => {
    const query = { ...request.query };
    for (const [name, value] of expected) if (query[name] === value) delete query[name];
    return { ...request, query };
  });

export const newestFirst: Difference = {
  what: 'sortBy and sortDir',
  why: 'a list by creation does not change while it is read page by page, as one by the last change does, which is the default',
  undo: withoutQuery(['sortBy', 'createdAt'], ['sortDir', 'desc']),
};

export const oldestFirst: Difference = {
  ...newestFirst,
  undo: withoutQuery(['sortBy', 'createdAt'], ['sortDir', 'asc']),
};

export const sortDirection: Difference = {
  what: 'sortDir',
  why: 'the panel shows the order, so it is sent; desc is the default of Extend as well',
  undo: withoutQuery(['sortDir', 'desc']),
};

export const pageSize: Difference = {
  what: 'maxPageSize',
  why: 'pages of ten, the default, would make a hundred times the requests',
  undo: each((request) => {
    const { maxPageSize, ...query } = request.query;
    return maxPageSize === undefined ? request : { ...request, query };
  }),
};

export const cadence: Difference = {
  what: 'how often it is looked',
  why: 'waiting for results looks as often as time allows',
  ofTime: true,
  undo: (requests) => [...new Map(requests.map((request) => [textOf(request), request])).values()],
};

export const accept: Difference = {
  what: 'the header Accept',
  why: 'asks gateways for JSON, where the SDK takes anything',
  undo: each((request) => ({ ...request, headers: { ...request.headers, accept: '*/*' } })),
};

export const passwordFirst: Difference = {
  what: 'the order of the parts of a form',
  why: 'a server that reads the form as a stream knows the password before the file',
  undo: each((request) => ({ ...request, form: [...(request.form ?? [])].reverse() })),
};

/** Our requests as the SDK would send them; a difference that makes none is out of date. */
export function undo(requests: SentRequest[], differences: Difference[]): SentRequest[] {
  return differences.reduce((before, { what, ofTime, undo: change }) => {
    const after = change(before);
    if (!ofTime && textOf(inOrder(after)) === textOf(inOrder(before))) throw new Error(`There is no difference in ${what}`);
    return after;
  }, requests);
}
