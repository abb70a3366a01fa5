/** Events of one kind of thing, as the panel groups them. */
export interface EventGroup {
  label: string;
  prefix: string;
  events: Record<string, string>;
}

const lifecycle = {
  created: 'Created',
  updated: 'Updated',
  deleted: 'Deleted',
  'draft.updated': 'Draft Updated',
  'version.published': 'Version Published',
};
const outcome = { processed: 'Processed', failed: 'Failed' };

/** Every event of the contract (§d.1), the ones of this package's main job first. */
export const EVENT_GROUPS: EventGroup[] = [
  {
    label: 'Workflow Run',
    prefix: 'workflow_run',
    events: {
      completed: 'Completed',
      failed: 'Failed',
      needs_review: 'Needs Review',
      rejected: 'Rejected',
      cancelled: 'Cancelled',
      'step_run.processed': 'Step Processed',
    },
  },
  { label: 'Workflow', prefix: 'workflow', events: { created: 'Created', deployed: 'Deployed', deleted: 'Deleted' } },
  { label: 'Extract Run', prefix: 'extract_run', events: outcome },
  { label: 'Classify Run', prefix: 'classify_run', events: outcome },
  { label: 'Split Run', prefix: 'split_run', events: outcome },
  { label: 'Parse Run', prefix: 'parse_run', events: outcome },
  { label: 'Edit Run', prefix: 'edit_run', events: outcome },
  { label: 'Processor Batch', prefix: 'batch_processor_run', events: outcome },
  { label: 'Parse Batch', prefix: 'batch_parse_run', events: outcome },
  { label: 'Extractor', prefix: 'extractor', events: lifecycle },
  { label: 'Classifier', prefix: 'classifier', events: lifecycle },
  { label: 'Splitter', prefix: 'splitter', events: lifecycle },
];

/** Event types with their labels, in the order of the panel. */
export const EVENTS = EVENT_GROUPS.flatMap(({ label, prefix, events }) =>
  Object.entries(events).map(([suffix, name]) => ({ type: `${prefix}.${suffix}`, label: `${label}: ${name}` })),
);

/**
 * Whether an event exists for single workflows only. Extend offers no switch for all workflows: each needs
 * a subscription of its own. All other events are switched on for the whole workspace.
 */
export const isWorkflowScoped = (eventType: string): boolean => eventType.startsWith('workflow_run.');
