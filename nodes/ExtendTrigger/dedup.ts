import { type IDataObject, type IExecuteFunctions, NodeOperationError, sleep } from 'n8n-workflow';
import { recentEvents, scopeOf } from './delivery';

/** Events that n8n remembers per trigger; a repeat comes soon after the first. */
const REMEMBERED = 2000;

const TRIES = 6;
const FIRST_PAUSE_MS = 50;

/** The last record made per trigger in this process; the next one waits for it. */
const lastRecord = new Map<string, Promise<unknown>>();

/**
 * One after the other: n8n reads and writes the record of a trigger as a whole, so executions at the same
 * time would overwrite each other's.
 */
async function inTurn<T>(scope: string, work: () => Promise<T>): Promise<T> {
  const mine = (lastRecord.get(scope) ?? Promise.resolve()).then(work, work);
  lastRecord.set(scope, mine);
  try {
    return await mine;
  } finally {
    if (lastRecord.get(scope) === mine) lastRecord.delete(scope);
  }
}

/**
 * The events that no execution has handled before, in any process of this n8n; they are on record from now on.
 * @throws NodeOperationError when the record cannot be made: better a failed execution, which shows, than a
 * repeat that does not
 */
export async function newEvents(context: IExecuteFunctions): Promise<IDataObject[]> {
  const items = context.getInputData().map(({ json }) => json);
  // A test run shows the event again, whatever production has seen.
  if (context.getMode() === 'manual') return items;
  const scope = scopeOf(context);
  const fresh = await inTurn(scope, async () => await record(context, items));
  for (const { eventId } of items) recentEvents.add(scope, String(eventId));
  return fresh;
}

async function record(context: IExecuteFunctions, items: IDataObject[]): Promise<IDataObject[]> {
  let failure: unknown;
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      const { new: fresh } = await context.helpers.checkProcessedItemsAndRecord('eventId', items, 'node', {
        mode: 'entries',
        maxEntries: REMEMBERED,
      });
      return fresh;
    } catch (error) {
      // Another process that makes a trigger's first record at the same time makes n8n's insertion fail.
      failure = error;
    }
    await sleep(FIRST_PAUSE_MS * 2 ** tries * Math.random());
  }
  throw new NodeOperationError(context.getNode(), 'The event could not be put on record', {
    description: `n8n's database refused it ${TRIES} times: ${failure instanceof Error ? failure.message : String(failure)}`,
  });
}
