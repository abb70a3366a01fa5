import { MAX_METADATA_BYTES } from '../api/limits';
import type { JsonObject } from '../api/types';
import { flawInJson } from '../text';
import { isMissing, messageOf, optionalText, REMOVE_CHARACTER, type Report, textOf } from './problem';
import { type Correlation, USAGE_TAGS_KEY, withCorrelation } from '../submission/correlate';
import type { Draft, MetadataField } from './draft';

/**
 * Checks the user's own metadata of a draft.
 * @param correlation what is added to it when it is sent, for the size that is checked
 * @see reference §b.2 of the API contract: at most 10 KB
 */
export function checkMetadata(draft: Draft, correlation: Correlation | undefined, report: Report): JsonObject | undefined {
  const own = parseMetadata(draft, report);
  const tags = checkUsageTags(draft.usageTags, report);
  const metadata = tags ? { [USAGE_TAGS_KEY]: tags, ...own } : own;
  const sent = correlation ? withCorrelation(metadata, correlation) : metadata;
  if (!sent) return undefined;
  const json = toJson('Metadata', sent, report);
  if (json === undefined) return undefined;
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_METADATA_BYTES) return metadata;
  const reason = `is too large (${bytes} bytes as JSON, at most ${MAX_METADATA_BYTES} are allowed)`;
  return report('Metadata', reason, 'Send a key that finds the data again, instead of the data.');
}

export const checkSecrets = ({ secrets }: Draft, report: Report): JsonObject | undefined => {
  const values = secrets?.length ? fieldsToObject('Secrets', secrets, report) : undefined;
  if (values) toJson('Secrets', values, report);
  return values;
};

/** The JSON that will be sent, when it says what the object says. */
function toJson(field: string, value: JsonObject, report: Report): string | undefined {
  try {
    const json = JSON.stringify(value);
    if (flawInJson(json) === undefined) return json;
    const [name, at] = Object.entries(value).find(([key, inner]) => flawInJson(JSON.stringify({ [key]: inner }))) ?? [];
    return report(field, flawInJson(JSON.stringify(at) ?? '') ?? 'has a name with a broken character', REMOVE_CHARACTER, name);
  } catch (error) {
    return report(field, 'cannot be written as JSON', `${messageOf(error)}. Use texts, numbers, lists and objects only.`);
  }
}

/** Name/value pairs as one object, in which a name such as `__proto__` is an ordinary key. */
function fieldsToObject(field: string, fields: MetadataField[], report: Report): JsonObject {
  const values: JsonObject = {};
  for (const { name, value } of fields) {
    if (isMissing(name)) report(field, 'has an entry without a name', 'Enter a name, or remove the entry.');
    const key = optionalText(field, name, report);
    if (key === undefined) continue;
    if (Object.hasOwn(values, key)) report(field, 'uses a name twice', 'Use each name once.', key);
    else if (key in values) Object.defineProperty(values, key, { value: value ?? null, enumerable: true, configurable: true, writable: true });
    else values[key] = value ?? null;
  }
  return values;
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
