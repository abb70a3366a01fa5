import type { EventFilter } from '../../extend/webhook/filter';
import { type Locator, workflowIdOf } from '../shared/locator';

/** The part of n8n's contexts that reads the panel without naming an item. */
export interface ParameterReader {
  getNodeParameter(name: string, fallback: unknown): unknown;
}

interface Options {
  batchIds?: string;
  metadata?: { pair?: Array<{ name?: string; value?: string }> };
}

/** What the panel of the trigger says, as far as both registration and delivery need it. */
export interface TriggerSettings extends EventFilter {
  registration: 'automatic' | 'manual';
}

const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/[\s,]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Reads the panel of the trigger. A trigger has no input, so its parameters are the same for every event. */
export function readSettings(context: ParameterReader): TriggerSettings {
  const registration = context.getNodeParameter('registration', 'automatic') as TriggerSettings['registration'];
  const events = context.getNodeParameter('events', []) as string[];
  const selection = context.getNodeParameter('workflowSelection', 'selected') as 'selected' | 'all';
  const chosen = context.getNodeParameter('workflows.workflow', []) as Array<{ id?: Locator }>;
  const { batchIds, metadata } = context.getNodeParameter('options', {}) as Options;
  const ids = chosen.map(({ id }) => workflowIdOf(id)).filter((id) => id !== '');
  return {
    registration,
    events,
    ...(selection === 'selected' && { workflowIds: [...new Set(ids)] }),
    batchIds: list(batchIds),
    metadata: (metadata?.pair ?? [])
      .map(({ name = '', value = '' }) => ({ name: name.trim(), value }))
      .filter(({ name }) => name !== ''),
  };
}
