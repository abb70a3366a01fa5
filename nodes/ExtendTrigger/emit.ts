import { type IDataObject, type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { JsonObject, StepRun, WorkflowRun } from '../../extend/api/types';
import { readCorrelation, withoutCorrelation } from '../../extend/correlation';
import { simplifyRun, simplifySteps } from '../../extend/results/simplify';
import { batchIdOf, metadataOf, type WebhookEvent } from '../../extend/webhook/envelope';
import { type EventFilter, isWanted } from '../../extend/webhook/filter';
import { toNodeError } from '../shared/errors';
import { withPayload } from './payload';
import { withoutRepeats } from './repeats';
import { readSettings } from './settings';

interface Options {
  downloadLargeResults?: boolean;
  includeConfidence?: boolean;
  separateOutputs?: boolean;
}

/** An event as `receive` handed it over. */
type Received = WebhookEvent & { receivedAt: string };

function toJson(event: Received, simplify: boolean, withConfidence: boolean): JsonObject {
  const { eventId, eventType, payload, receivedAt } = event;
  const metadata = metadataOf(event);
  const source = readCorrelation(metadata);
  const head = {
    eventId,
    eventType,
    receivedAt,
    batchId: batchIdOf(event) ?? null,
    metadata: withoutCorrelation(metadata),
    ...(source && { source }),
  };
  if (!simplify) return { ...head, payload };
  if (payload.object === 'workflow_run') return { ...head, ...simplifyRun(payload as unknown as WorkflowRun, withConfidence) };
  if (payload.object === 'workflow_step_run') {
    const step = payload as unknown as StepRun & { workflowRunId?: string };
    return { ...head, workflowRunId: step.workflowRunId ?? null, status: step.status, ...simplifySteps([step], withConfidence) };
  }
  return { ...head, payload };
}

/**
 * The second half of a delivery, in the execution it started: drops repeats for good, fetches payloads that
 * came as an address, and puts each event on its output.
 */
export async function emit(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const settings = readSettings({
    getNode: () => context.getNode(),
    getNodeParameter: (name: string, fallback: unknown) => context.getNodeParameter(name, 0, fallback as never),
  });
  const simplify = context.getNodeParameter('simplify', 0, true) as boolean;
  const { downloadLargeResults = true, includeConfidence = false, separateOutputs = false } = context.getNodeParameter('options', 0, {}) as Options;
  const outputs: INodeExecutionData[][] = (separateOutputs ? settings.events : ['all']).map(() => []);
  for (const received of (await withoutRepeats(context)) as unknown as Received[]) {
    const event = downloadLargeResults ? await complete(context, received) : received;
    if (!stillWanted(event, settings)) continue;
    // An event type unknown to the panel has no output of its own; the first one shows it.
    const index = separateOutputs ? Math.max(0, settings.events.indexOf(event.eventType)) : 0;
    outputs[index]?.push({ json: toJson(event, simplify, includeConfidence) as IDataObject, pairedItem: { item: 0 } });
  }
  return outputs;
}

/** With only an address there is nothing left to judge by, so the event stays. */
const stillWanted = (event: WebhookEvent, filter: EventFilter): boolean => isWanted(event, filter) !== false;

async function complete(context: IExecuteFunctions, event: Received): Promise<Received> {
  try {
    return { ...event, ...(await withPayload(context, event)) };
  } catch (error) {
    if (!(error instanceof ExtendApiFailure)) throw new NodeOperationError(context.getNode(), error as Error);
    throw toNodeError(context.getNode(), error, { title: `The payload of event ${event.eventId} could not be fetched` });
  }
}
