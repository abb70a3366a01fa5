import { type IDataObject, type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { recentEvents, scopeOf } from './delivery';
import { ENTRIES_IN_ONE, NodeRecord } from './record';

/** The record of a trigger is in parts, so that executions at the same time rarely wait for each other. */
const PARTS = 256;
/** Entries per part; an event has two. A repeat comes soon after the first: together they remember 8,192 events. */
const ENTRIES_PER_PART = 64;

/** The last change of each part in this process; the next one waits for it. */
const lastChange = new Map<string, Promise<unknown>>();

/** One after the other: spares the executions of a process to compete for a lock. */
async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (lastChange.get(key) ?? Promise.resolve()).then(work, work);
  lastChange.set(key, mine);
  try {
    return await mine;
  } finally {
    if (lastChange.get(key) === mine) lastChange.delete(key);
  }
}

const partOf = (eventId: string): string => String(createHash('md5').update(eventId).digest().readUInt32BE() % PARTS);

/** Whether n8n has parts is the same for all triggers; asked once per process. */
let hasParts: Promise<boolean> | undefined;

/**
 * The events that no other execution has handled before, in any process of this n8n; they are on record from now on.
 * @throws NodeOperationError when the record cannot be made: better a failed execution, which shows, than a
 * repeat that does not
 */
export async function newEvents(context: IExecuteFunctions): Promise<IDataObject[]> {
  const items = context.getInputData().map(({ json }) => json);
  // A test run shows the event again, whatever production has seen.
  if (context.getMode() === 'manual') return items;
  const fresh: IDataObject[] = [];
  for (const item of items) {
    if (await isNew(context, String(item.eventId))) fresh.push(item);
    recentEvents.add(scopeOf(context), String(item.eventId));
  }
  // Whoever retries an execution wants its event handled, although the failed one has it on record.
  return context.getMode() === 'retry' ? items : fresh;
}

async function isNew(context: IExecuteFunctions, eventId: string): Promise<boolean> {
  const record = new NodeRecord(context);
  try {
    hasParts ??= record.hasParts();
    const part = (await hasParts) ? partOf(eventId) : undefined;
    const ask = async () => await isFirst(record, eventId, context.getExecutionId(), part);
    const alone = async () => (part === undefined ? await ask() : await record.alone(part, ask));
    return await inTurn(`${scopeOf(context)}/${part}`, alone);
  } catch (error) {
    hasParts = undefined;
    throw new NodeOperationError(context.getNode(), 'The event could not be put on record', {
      description: `n8n's database refused it: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}

/** An execution that runs once more, because a process or its trigger failed, is still the first. */
async function isFirst(record: NodeRecord, eventId: string, executionId: string, part?: string): Promise<boolean> {
  const own = `${eventId} in ${executionId}`;
  const added = await record.add([eventId, own], part === undefined ? ENTRIES_IN_ONE : ENTRIES_PER_PART, part);
  if (added.includes(eventId) || !added.includes(own)) return true;
  await record.remove([own], part);
  return false;
}
