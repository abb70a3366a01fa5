import { MAX_ID_LENGTH, MAX_PRIORITY, MIN_PRIORITY } from '../api/limits';
import type { WorkflowReference } from '../api/types';
import { checkFile } from './checkFile';
import { checkMetadata, checkSecrets } from './checkMetadata';
import { isMissing, type Report, requireLine, show, soundText, textOf } from './problem';
import { CORRELATION_KEY, type Correlation } from '../submission/correlate';
import { toKey } from '../submission/recognise';
import type { CheckedInput, Draft, Problem } from './draft';

/** A placeholder as long as the real one, so that the size check sees the metadata that will be sent. */
const SUBMISSION_PLACEHOLDER = '00000000-0000-0000-0000-000000000000';

/** Where the inputs come from; absent when no correlation metadata is to be added. */
export interface Origin {
  executionId: string;
  nodeName: string;
}

/**
 * Checks one draft against everything that can be known before a request is sent.
 * @param origin adds correlation metadata to the size that is checked
 * @returns the checked input, or every problem of the draft
 * @see reference §b.1, §b.2 of the API contract: one file form, metadata at most 10 KB, priority 1 to 100
 */
export function validate(draft: Draft, origin?: Origin): CheckedInput | Problem[] {
  const { itemIndex, unreadable } = draft;
  if (unreadable !== undefined) {
    return [{ itemIndex, field: 'A field', reason: 'cannot be read', advice: `n8n says: ${unreadable} Check the expressions of the node.` }];
  }
  const problems: Problem[] = [];
  const report: Report = (field, reason, advice, ...given) => {
    problems.push({ itemIndex, field, reason, advice, ...(given.length > 0 && { given: show(given[0]) }) });
    return undefined;
  };
  const workflow = checkWorkflow(draft, report);
  const priority = checkPriority(draft.priority, report);
  const file = checkFile(draft, report);
  const key = draft.hasKey ? checkKey(draft, origin, report) : undefined;
  const correlation: Correlation | undefined = origin && { ...origin, itemIndex, submission: SUBMISSION_PLACEHOLDER, key };
  const metadata = checkMetadata(draft, correlation, report);
  if (key !== undefined && metadata && CORRELATION_KEY in metadata) {
    const advice = `Rename the entry "${CORRELATION_KEY}": that is where this node notes the Deduplication Key.`;
    report('Metadata', `has an entry "${CORRELATION_KEY}" of its own`, advice);
  }
  const secrets = checkSecrets(draft, report);
  if (problems.length > 0 || !workflow || !file) return problems;
  return { itemIndex, workflow, priority, file, metadata, secrets, ...(key !== undefined && { key }) };
}

function checkWorkflow(draft: Draft, report: Report): WorkflowReference | undefined {
  const advice = 'Choose a workflow from the list, or enter its ID.';
  const id = requireLine('Workflow', draft.workflowId, MAX_ID_LENGTH, report, advice);
  if (id === undefined || isMissing(draft.version)) return id === undefined ? undefined : { id };
  const version = textOf(draft.version).trim();
  if (version === 'draft' || /^[1-9]\d*$/.test(version)) return { id, version };
  return report('Workflow Version', 'is not a version number', 'Enter a version number such as 3, draft or latest.', draft.version);
}

function checkPriority(priority: unknown, report: Report): number | undefined {
  if (isMissing(priority)) return undefined;
  const number = Number(textOf(priority));
  if (Number.isInteger(number) && number >= MIN_PRIORITY && number <= MAX_PRIORITY) return number;
  return report(
    'Priority',
    `is not a whole number from ${MIN_PRIORITY} to ${MAX_PRIORITY}`,
    'Lower numbers run first. Remove the option to use the default.',
    priority,
  );
}

function checkKey({ key }: Draft, origin: Origin | undefined, report: Report): string | undefined {
  const field = 'Deduplication Key';
  if (isMissing(key)) {
    return report(field, 'is empty', 'Enter an expression that gives each document its own key, such as {{ $json.invoiceNumber }}.');
  }
  if (typeof key === 'object') return report(field, 'is not a text or number', 'Use a single value, such as an invoice number.', key);
  if (!origin) return report(field, 'needs Add Correlation Metadata', 'Turn that option on: the key is kept in the metadata.');
  const text = soundText(field, textOf(key).trim(), report);
  return text === undefined ? undefined : toKey(text);
}
