import { Extend } from 'extend-ai';

/** Events endpoints can ask for: they concern the whole workspace. */
export const GLOBAL_EVENTS = new Set<string>(Object.values(Extend.WebhookEndpointEventType));

/** Events subscriptions can ask for: they concern one resource. */
export const SCOPED_EVENTS = new Set<string>(Object.values(Extend.WebhookSubscriptionEventType));

const RESOURCE_OF: Record<string, string[]> = {
  workflow_run: ['workflow'],
  extract_run: ['extractor'],
  classify_run: ['classifier'],
  split_run: ['splitter'],
  batch_processor_run: ['extractor', 'classifier', 'splitter'],
};

/** Whether a subscription to a kind of resource can have an event. */
export const fits = (event: string, resourceType: string): boolean =>
  SCOPED_EVENTS.has(event) && Boolean(RESOURCE_OF[event.split('.')[0] ?? '']?.includes(resourceType));

const ENDINGS: Record<string, string> = {
  PROCESSED: 'workflow_run.completed',
  FAILED: 'workflow_run.failed',
  NEEDS_REVIEW: 'workflow_run.needs_review',
  REJECTED: 'workflow_run.rejected',
  CANCELLED: 'workflow_run.cancelled',
};

/** The event of a run that has ended; statuses nobody knows have none. */
export const eventOfStatus = (status: Extend.WorkflowRunStatus): string | undefined => ENDINGS[status];
