/** What an operation does, seen from outside: the items that come out, and the requests that Extend gets. */
import type { INodeExecutionData } from 'n8n-workflow';
import type { LedgerFile, LedgerRequest, Sandbox } from '../../sandbox';
import type { EngineRun } from '../../harness/engine';
import { Placeholders } from './placeholders';
import { readable } from './readable';

export interface RecordingOptions {
  /** The order of the items is Extend's, which promises none. */
  anyOrder?: boolean;
  /** Requests of one kind that follow each other do so for a reason; otherwise they may go out at the same time. */
  inSequence?: boolean;
  /** Requests of several kinds go out at the same time; then all of one kind stand together. */
  mixed?: boolean;
  /** How often something is asked for depends on the time it takes; then it counts only that it is. */
  polls?: boolean;
}

/** Ids in a path, whatever they look like. */
const kindOf = ({ method, path }: Request): string => `${method} ${path.replace(/\/\w+_[0-9a-f]{20}/, '/id')}`;

type Request = ReturnType<typeof requestOf>;

function requestOf({ method, path, query, headers, body, form }: LedgerRequest) {
  const { authorization, 'x-extend-workspace-id': workspace } = headers;
  return {
    method,
    path,
    ...(Object.keys(query).length > 0 && { query }),
    ...(authorization !== 'right' && { authorization: authorization ?? 'none' }),
    ...(workspace !== undefined && { workspace }),
    ...(body !== undefined && { body }),
    ...(form && { form }),
  };
}

const itemOf = ({ json, binary, pairedItem, ...more }: INodeExecutionData) => ({
  json,
  ...(binary && { binary: Object.fromEntries(Object.entries(binary).map(([name, { fileName, mimeType, fileSize }]) => [name, { fileName, mimeType, fileSize }])) }),
  pairedItem,
  // A property that appears here is a change too.
  ...(Object.keys(more).length > 0 && { more: Object.keys(more) }),
});

const errorOf = ({ message, description, httpCode, context }: NonNullable<EngineRun['error']>) => ({ message, description, httpCode, itemIndex: context?.itemIndex });

/** Requests in groups of one kind: of those that follow each other, or of all if kinds are mixed. */
function groupsOf(requests: Request[], mixed = false): Request[][] {
  const groups: Request[][] = [];
  for (const request of requests) {
    const isAlike = (group: Request[] | undefined): boolean => group?.[0] !== undefined && kindOf(group[0]) === kindOf(request);
    const group = mixed ? groups.find(isAlike) : groups.slice(-1).find(isAlike);
    if (group) group.push(request);
    else groups.push([request]);
  }
  return groups;
}

function inStableOrder(requests: Request[], names: Placeholders, { inSequence, mixed, polls }: RecordingOptions): Request[] {
  const ordered = groupsOf(requests, mixed).flatMap((group) => (inSequence ? group : names.sorted(group)).map((request) => names.name(request)));
  if (!polls) return ordered;
  const seen = new Set<string>();
  return ordered.filter((request) => request.method !== 'GET' || (!seen.has(readable(request)) && seen.add(readable(request))));
}

/** Runs something and writes down what came of it, as a text that is the same each time. */
export async function record(sandbox: Sandbox, run: () => Promise<EngineRun>, options: RecordingOptions = {}): Promise<string> {
  const names = new Placeholders();
  names.name([sandbox.workflowId]);
  const before = sandbox.ledger();
  const { outputs, hints, error } = await run();
  const after = sandbox.ledger();
  // Items come first: their order tells which id is which.
  const items = outputs.map((output) => {
    const own = output.map(itemOf);
    return (options.anyOrder ? names.sorted(own) : own).map((item) => names.name(item));
  });
  const known = new Set(before.files.map(({ id }) => id));
  const files = after.files.filter(({ id }) => !known.has(id)).map(({ name, bytes, password }: LedgerFile) => ({ name, bytes, ...(password && { password }) }));
  return readable({
    ...(error ? { error: names.name(errorOf(error)) } : { outputs: items }),
    ...(error && items.length > 0 && { outputs: items }),
    ...(hints.length > 0 && { hints: hints.map(({ message, type }) => `${type}: ${names.name([message])[0]}`) }),
    requests: inStableOrder(after.requests.slice(before.requests.length).map(requestOf), names, options),
    ...(files.length > 0 && { files: names.sorted(files) }),
  });
}
