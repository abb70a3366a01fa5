import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { ENTRIES_IN_ONE, NodeRecord } from './nodeRecord';

/** Events that have been handled, by any execution in any process of this n8n. */
export interface EventRecord {
  /**
   * Puts an event on record for an execution.
   * @returns whether the event belongs to this execution: no other one has claimed it. An execution that runs again, because
   * a process or a node failed, still owns what it claimed.
   * @throws whatever n8n's database says when nothing can be put on record
   */
  claim(eventId: string, executionId: string): Promise<boolean>;
}

/** Executions at the same time rarely wait for each other, because the record of a node is in this many parts. */
const PARTS = 256;
/** Entries per part; an event has two. A repeat comes soon after the first: together the parts remember 8,192 events. */
const ENTRIES_PER_PART = 64;

/** The last change of each part in this process; the next one waits for it. */
const lastChange = new Map<string, Promise<unknown>>();

/** Lets the executions of this process change a part one after the other, so that they do not compete for its lock. */
async function oneAfterTheOther<T>(key: string, change: () => Promise<T>): Promise<T> {
  const mine = (lastChange.get(key) ?? Promise.resolve()).then(change, change);
  lastChange.set(key, mine);
  try {
    return await mine;
  } finally {
    if (lastChange.get(key) === mine) lastChange.delete(key);
  }
}

const partOf = (eventId: string): string => String(createHash('md5').update(eventId).digest().readUInt32BE() % PARTS);

/** Tells nodes of all workflows apart. */
export const nodeKeyOf = (context: Pick<IWebhookFunctions, 'getWorkflow' | 'getNode'>): string =>
  `${context.getWorkflow().id ?? ''}/${context.getNode().id}`;

/** Whether n8n has parts is the same for all nodes; asked once per process. */
let hasParts: Promise<boolean> | undefined;

/**
 * The record of a node, in n8n's database.
 * @see docs/decisions/event-record.md
 */
export function eventRecordOf(context: IExecuteFunctions): EventRecord {
  const record = new NodeRecord(context);
  const inParts = async () => {
    hasParts ??= record.hasParts();
    // Asked again when the database could not answer.
    hasParts.catch(() => (hasParts = undefined));
    return await hasParts;
  };
  return {
    claim: async (eventId, executionId) => {
      const part = (await inParts()) ? partOf(eventId) : undefined;
      const ask = async () => await isFirst(record, eventId, executionId, part);
      return await oneAfterTheOther(`${nodeKeyOf(context)}/${part}`, async () => (part === undefined ? await ask() : await record.alone(part, ask)));
    },
  };
}

/** The entry of an event and the one of its owner go in together: who adds both is the first, who finds both is the owner. */
async function isFirst(record: NodeRecord, eventId: string, executionId: string, part?: string): Promise<boolean> {
  const own = `${eventId} in ${executionId}`;
  const added = await record.add([eventId, own], part === undefined ? ENTRIES_IN_ONE : ENTRIES_PER_PART, part);
  if (added.includes(eventId) || !added.includes(own)) return true;
  await record.remove([own], part);
  return false;
}
