/** Every event of the contract (§d.1), the ones of this package's main job first. */
export const EVENT_TYPES = [
  'workflow_run.completed',
  'workflow_run.failed',
  'workflow_run.needs_review',
  'workflow_run.rejected',
  'workflow_run.cancelled',
  'workflow_run.step_run.processed',
  'workflow.created',
  'workflow.deployed',
  'workflow.deleted',
  'extract_run.processed',
  'extract_run.failed',
  'classify_run.processed',
  'classify_run.failed',
  'split_run.processed',
  'split_run.failed',
  'parse_run.processed',
  'parse_run.failed',
  'edit_run.processed',
  'edit_run.failed',
  'batch_processor_run.processed',
  'batch_processor_run.failed',
  'batch_parse_run.processed',
  'batch_parse_run.failed',
  'extractor.created',
  'extractor.updated',
  'extractor.deleted',
  'extractor.draft.updated',
  'extractor.version.published',
  'classifier.created',
  'classifier.updated',
  'classifier.deleted',
  'classifier.draft.updated',
  'classifier.version.published',
  'splitter.created',
  'splitter.updated',
  'splitter.deleted',
  'splitter.draft.updated',
  'splitter.version.published',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/**
 * Whether an event exists for single workflows only. Extend offers no switch for all workflows: each needs
 * a subscription of its own. All other events are switched on for the whole workspace.
 */
export const isWorkflowScoped = (eventType: string): boolean => eventType.startsWith('workflow_run.');

/** Events that tell of a workflow whose runs may have no subscription yet. */
export const NEW_WORKFLOW_EVENTS: readonly EventType[] = ['workflow.created', 'workflow.deployed'];
