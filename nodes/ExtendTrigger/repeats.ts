import { type IDataObject, type IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { eventRecordOf, nodeKeyOf } from '../shared/eventRecord';
import { recentEvents } from './delivery';

/**
 * The events of this execution without those that another one has handled, in any process of this n8n. They are on
 * record from now on.
 * @throws NodeOperationError when the record cannot be made: better a failed execution, which shows, than a
 * repeat that does not
 */
export async function withoutRepeats(context: IExecuteFunctions): Promise<IDataObject[]> {
  const items = context.getInputData().map(({ json }) => json);
  // A test run shows the event again, whatever production has seen.
  if (context.getMode() === 'manual') return items;
  const fresh: IDataObject[] = [];
  for (const item of items) {
    if (await claim(context, String(item.eventId))) fresh.push(item);
    recentEvents.add(nodeKeyOf(context), String(item.eventId));
  }
  // An execution that the user retries handles its event, although the failed one has it on record.
  return context.getMode() === 'retry' ? items : fresh;
}

async function claim(context: IExecuteFunctions, eventId: string): Promise<boolean> {
  try {
    return await eventRecordOf(context).claim(eventId, context.getExecutionId());
  } catch (error) {
    throw new NodeOperationError(context.getNode(), 'The event could not be put on record', {
      description: `n8n's database refused it: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
