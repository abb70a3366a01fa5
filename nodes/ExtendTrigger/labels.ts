import { EVENT_TYPES, type EventType } from '../../extend/webhook/events';
import { editorExpression } from '../shared/editorExpression';

/** What the panel calls each event: the kind of thing, then what happened to it. */
export const EVENT_LABELS: Record<EventType, string> = {
  'workflow_run.completed': 'Workflow Run: Completed',
  'workflow_run.failed': 'Workflow Run: Failed',
  'workflow_run.needs_review': 'Workflow Run: Needs Review',
  'workflow_run.rejected': 'Workflow Run: Rejected',
  'workflow_run.cancelled': 'Workflow Run: Cancelled',
  'workflow_run.step_run.processed': 'Workflow Run: Step Processed',
  'workflow.created': 'Workflow: Created',
  'workflow.deployed': 'Workflow: Deployed',
  'workflow.deleted': 'Workflow: Deleted',
  'extract_run.processed': 'Extract Run: Processed',
  'extract_run.failed': 'Extract Run: Failed',
  'classify_run.processed': 'Classify Run: Processed',
  'classify_run.failed': 'Classify Run: Failed',
  'split_run.processed': 'Split Run: Processed',
  'split_run.failed': 'Split Run: Failed',
  'parse_run.processed': 'Parse Run: Processed',
  'parse_run.failed': 'Parse Run: Failed',
  'edit_run.processed': 'Edit Run: Processed',
  'edit_run.failed': 'Edit Run: Failed',
  'batch_processor_run.processed': 'Processor Batch: Processed',
  'batch_processor_run.failed': 'Processor Batch: Failed',
  'batch_parse_run.processed': 'Parse Batch: Processed',
  'batch_parse_run.failed': 'Parse Batch: Failed',
  'extractor.created': 'Extractor: Created',
  'extractor.updated': 'Extractor: Updated',
  'extractor.deleted': 'Extractor: Deleted',
  'extractor.draft.updated': 'Extractor: Draft Updated',
  'extractor.version.published': 'Extractor: Version Published',
  'classifier.created': 'Classifier: Created',
  'classifier.updated': 'Classifier: Updated',
  'classifier.deleted': 'Classifier: Deleted',
  'classifier.draft.updated': 'Classifier: Draft Updated',
  'classifier.version.published': 'Classifier: Version Published',
  'splitter.created': 'Splitter: Created',
  'splitter.updated': 'Splitter: Updated',
  'splitter.deleted': 'Splitter: Deleted',
  'splitter.draft.updated': 'Splitter: Draft Updated',
  'splitter.version.published': 'Splitter: Version Published',
};

/** The choices of Trigger On, in the order of the contract. */
export const EVENT_OPTIONS = EVENT_TYPES.map((type) => ({ name: EVENT_LABELS[type], value: type }));

/** The part of the panel that decides about name and outputs of the node on the canvas. */
interface Panel {
  events?: string[];
  options?: { separateOutputs?: boolean };
}

/** The line below the name of the node on the canvas, such as "Workflow Run: Completed, Failed", or how many events there are. */
export function subtitleOf(parameters: Panel, labels: Record<string, string>): string {
  const chosen = (parameters.events ?? []).map((event) => (labels[event] ?? event).split(': '));
  const group = chosen[0]?.[0];
  if (group === undefined) return '';
  if (chosen.some(([other]) => other !== group)) return `${chosen.length} events`;
  return [group, chosen.map(([, name]) => name).join(', ')].filter(Boolean).join(': ');
}

/** One output, or one per chosen event with the shortest name that tells it from the others. */
export function outputsOf(parameters: Panel, labels: Record<string, string>): Array<string | { type: string; displayName: string }> {
  const chosen = (parameters.events ?? []).map((event) => labels[event] ?? event);
  if (!parameters.options?.separateOutputs || chosen.length < 2) return ['main'];
  const short = chosen.map((label) => label.split(': ').at(-1) ?? label);
  const names = new Set(short).size === short.length ? short : chosen;
  return names.map((displayName) => ({ type: 'main', displayName }));
}

export const subtitle = editorExpression(subtitleOf, EVENT_LABELS);

export const outputs = editorExpression(outputsOf, EVENT_LABELS);
