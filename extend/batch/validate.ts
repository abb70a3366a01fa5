import { MAX_METADATA_BYTES, MAX_PRIORITY, MIN_PRIORITY } from '../api/limits';
import type { FileInput, JsonObject, WorkflowReference } from '../api/types';
import type { CheckedInput, Draft, MetadataField, Problem, Upload } from './draft';
import { USAGE_TAGS_KEY, withCorrelation } from './correlate';

/** A placeholder as long as the real one, so that the size check sees the metadata that will be sent. */
const SUBMISSION_PLACEHOLDER = '00000000-0000-0000-0000-000000000000';

/** Where the inputs come from; absent when no correlation metadata is to be added. */
export interface Origin {
  executionId: string;
  nodeName: string;
}

/** Takes note of a problem; gives undefined, so that a check can end with it. */
type Report = (field: string, reason: string, advice: string, given?: unknown) => undefined;

const CHECK_DATA = 'Check the expression, or the data of this item.';

/** Any value as text; expressions can give objects that cannot be turned into one. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

/** A short rendering of a value for an error text. */
const show = (value: unknown): string => {
  const shown = typeof value === 'string' ? `"${value}"` : textOf(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
};

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const optionalText = (value: unknown): string | undefined => (isMissing(value) ? undefined : textOf(value).trim());

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Checks one draft against everything that can be known before a request is sent.
 * @param origin adds correlation metadata to the size that is checked
 * @returns the checked input, or every problem of the draft
 * @see reference §b.1, §b.2 of the API contract: one file form, metadata at most 10 KB, priority 1 to 100
 */
export function validate(draft: Draft, origin?: Origin): CheckedInput | Problem[] {
  const problems: Problem[] = [];
  const report: Report = (field, reason, advice, ...given) => {
    problems.push({ itemIndex: draft.itemIndex, field, reason, advice, ...(given.length > 0 && { given: show(given[0]) }) });
    return undefined;
  };
  const workflow = checkWorkflow(draft, report);
  const priority = checkPriority(draft.priority, report);
  const file = checkFile(draft, report);
  const metadata = checkMetadata(draft, origin, report);
  const secrets = draft.secrets?.length ? fieldsToObject('Secrets', draft.secrets, report) : undefined;
  if (problems.length > 0 || !workflow || !file) return problems;
  return { itemIndex: draft.itemIndex, workflow, priority, file, metadata, secrets };
}

function requireText(field: string, value: unknown, report: Report, advice = CHECK_DATA): string | undefined {
  if (isMissing(value)) return report(field, 'is empty', advice);
  if (typeof value !== 'string') return report(field, 'is not a text', advice, value);
  return value.trim();
}

function checkWorkflow(draft: Draft, report: Report): WorkflowReference | undefined {
  const id = requireText('Workflow', draft.workflowId, report, 'Choose a workflow from the list, or enter its ID.');
  if (id === undefined || isMissing(draft.version)) return id === undefined ? undefined : { id };
  const version = textOf(draft.version).trim();
  if (version === 'draft' || /^[1-9]\d*$/.test(version)) return { id, version };
  return report('Workflow Version', 'is not a version number', 'Enter a whole number such as 3.', draft.version);
}

function checkPriority(priority: unknown, report: Report): number | undefined {
  if (isMissing(priority)) return undefined;
  const number = Number(textOf(priority));
  if (Number.isInteger(number) && number >= MIN_PRIORITY && number <= MAX_PRIORITY) return number;
  return report(
    'Priority',
    `is not a whole number from ${MIN_PRIORITY} to ${MAX_PRIORITY}`,
    'Lower numbers run first. Remove the option to use the default of 90.',
    priority,
  );
}

function checkFile({ file }: Draft, report: Report): FileInput | { upload: Upload } | undefined {
  switch (file.source) {
    case 'url': {
      const url = checkUrl(file.url, report);
      const name = optionalText(file.name);
      const password = optionalText(file.password);
      return url === undefined ? undefined : { url, ...(name && { name }), ...(password && { settings: { password } }) };
    }
    case 'fileId': {
      const id = requireText('Extend File ID', file.id, report);
      return id === undefined ? undefined : { id };
    }
    case 'text': {
      // Not trimmed: leading and trailing blanks may belong to the document.
      const text = requireText('Text', file.text, report) === undefined ? undefined : (file.text as string);
      const name = optionalText(file.name);
      return text === undefined ? undefined : { text, ...(name && { name }) };
    }
    case 'binary': {
      const property = requireText('Input Binary Field', file.property, report);
      if (property === undefined) return undefined;
      if (!file.binary) {
        const others = file.available.map((name) => `"${name}"`).join(', ');
        const advice = others ? `The item has: ${others}.` : 'The item has no files at all; check the node before.';
        return report('Input Binary Field', 'names a file that this item does not have', advice, property);
      }
      const password = optionalText(file.password);
      const name = optionalText(file.name) ?? optionalText(file.binary.fileName) ?? property;
      return { upload: { binary: file.binary, name, ...(password && { password }) } };
    }
    case 'several': {
      const advice = 'Fill in exactly one of File URL, Input Binary Field, Extend File ID and Text for each item.';
      return file.filled.length === 0
        ? report('File', 'is missing: no field names one', advice)
        : report('File', 'is given more than once', advice, file.filled.join(', '));
    }
    default:
      return report(
        'File Source',
        'is none of url, binary, fileId, text and auto',
        'Let the expression give one of these values.',
        file.given,
      );
  }
}

function checkUrl(given: unknown, report: Report): string | undefined {
  const field = 'File URL';
  const text = requireText(field, given, report);
  if (text === undefined) return undefined;
  const advice = 'Use a full address that starts with https:// or http:// and that Extend can reach.';
  if (!URL.canParse(text)) return report(field, 'is not a web address', advice, text);
  if (/^https?:$/.test(new URL(text).protocol)) return text;
  return report(field, 'is not an http or https address', advice, text);
}

/** Name/value pairs as one object. `Object.fromEntries` keeps a name such as `__proto__` an ordinary key. */
function fieldsToObject(field: string, fields: MetadataField[], report: Report): JsonObject {
  const values = new Map<string, unknown>();
  for (const { name, value } of fields) {
    const key = optionalText(name);
    if (key === undefined) report(field, 'has an entry without a name', 'Enter a name, or remove the entry.');
    else if (values.has(key)) report(field, 'uses a name twice', 'Use each name once.', key);
    else values.set(key, value ?? null);
  }
  return Object.fromEntries(values);
}

function parseMetadata({ metadata }: Draft, report: Report): JsonObject | undefined {
  if (metadata?.kind === 'fields') return fieldsToObject('Metadata', metadata.fields, report);
  if (!metadata || isMissing(metadata.json)) return undefined;
  const advice = 'Enter an object such as {"invoice": "17"}.';
  let value = metadata.json;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch (error) {
      return report('Metadata', 'is not valid JSON', `${messageOf(error)}. ${advice}`);
    }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  return report('Metadata', 'is not an object', advice, value);
}

function checkMetadata(draft: Draft, origin: Origin | undefined, report: Report): JsonObject | undefined {
  const own = parseMetadata(draft, report);
  const tags = checkUsageTags(draft.usageTags, report);
  const metadata = tags ? { [USAGE_TAGS_KEY]: tags, ...own } : own;
  const sent = origin
    ? withCorrelation(metadata, { ...origin, itemIndex: draft.itemIndex, submission: SUBMISSION_PLACEHOLDER })
    : metadata;
  if (!sent) return undefined;
  try {
    const bytes = Buffer.byteLength(JSON.stringify(sent));
    if (bytes <= MAX_METADATA_BYTES) return metadata;
    const reason = `is too large (${bytes} bytes as JSON, at most ${MAX_METADATA_BYTES} are allowed)`;
    return report('Metadata', reason, 'Send a key that finds the data again, instead of the data.');
  } catch (error) {
    const advice = `${messageOf(error)}. Use texts, numbers, lists and objects only.`;
    return report('Metadata', 'cannot be written as JSON', advice);
  }
}

/** Extend strips every other character of a tag without a word; a tag that would change is refused here. */
function checkUsageTags(given: unknown, report: Report): string[] | undefined {
  if (isMissing(given)) return undefined;
  const tags = (Array.isArray(given) ? given.map(textOf) : textOf(given).split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const bad = tags.find((tag) => !/^[\w-]+$/.test(tag));
  if (bad === undefined) return tags.length > 0 ? tags : undefined;
  return report('Usage Tags', 'has a tag with a character that Extend drops', 'Use letters, digits, - and _ only.', bad);
}
