import { MAX_METADATA_BYTES } from '../api/limits';
import type { JsonObject } from '../api/types';
import { type Correlation, CORRELATION_KEY, USAGE_TAGS_KEY, withCorrelation } from '../correlation';
import { isObject } from '../json';
import { flawInJson } from '../text';
import type { Draft, MetadataField } from './draft';
import { type FieldKey, isMissing, messageOf, optionalText, type Report, textOf } from './problem';

/**
 * Checks the user's own metadata of a draft.
 * @param correlation what is added to it when it is sent, for the size that is checked
 * @see reference §b.2 of the API contract: at most 10 KB
 */
export function checkMetadata(draft: Draft, correlation: Correlation | undefined, report: Report): JsonObject | undefined {
  const own = parseMetadata(draft, report);
  const tags = checkUsageTags(draft.usageTags, report);
  const metadata = tags ? { [USAGE_TAGS_KEY]: tags, ...own } : own;
  if (correlation?.deduplicationKey !== undefined && metadata && CORRELATION_KEY in metadata) report('metadata', 'has-correlation-key');
  const sent = correlation ? withCorrelation(metadata, correlation) : metadata;
  if (!sent) return undefined;
  const json = toJson('metadata', sent, report);
  if (json === undefined) return undefined;
  const bytes = Buffer.byteLength(json);
  return bytes <= MAX_METADATA_BYTES ? metadata : report('metadata', 'is-too-large', { found: bytes, max: MAX_METADATA_BYTES });
}

export const checkSecrets = ({ secrets }: Draft, report: Report): JsonObject | undefined => {
  const values = secrets?.length ? fieldsToObject('secrets', secrets, report) : undefined;
  if (values) toJson('secrets', values, report);
  return values;
};

/** The JSON that will be sent, when it says what the object says. */
function toJson(field: FieldKey, value: JsonObject, report: Report): string | undefined {
  try {
    const json = JSON.stringify(value);
    if (flawInJson(json) === undefined) return json;
    const [name, at] = Object.entries(value).find(([key, inner]) => flawInJson(JSON.stringify({ [key]: inner }))) ?? [];
    return report(field, flawInJson(JSON.stringify(at) ?? '') ?? 'has-broken-name', { given: name });
  } catch (error) {
    return report(field, 'is-not-serialisable', { message: messageOf(error) });
  }
}

/** Name/value pairs as one object, in which a name such as `__proto__` is an ordinary key. */
function fieldsToObject(field: FieldKey, fields: MetadataField[], report: Report): JsonObject {
  const values: JsonObject = {};
  for (const { name, value } of fields) {
    if (isMissing(name)) report(field, 'has-nameless-entry');
    const key = optionalText(field, name, report);
    if (key === undefined) continue;
    if (Object.hasOwn(values, key)) report(field, 'has-repeated-name', { given: key });
    else if (key in values) Object.defineProperty(values, key, { value: value ?? null, enumerable: true, configurable: true, writable: true });
    else values[key] = value ?? null;
  }
  return values;
}

function parseMetadata({ metadata }: Draft, report: Report): JsonObject | undefined {
  if (metadata?.kind === 'fields') return fieldsToObject('metadata', metadata.fields, report);
  if (!metadata || isMissing(metadata.json)) return undefined;
  let value = metadata.json;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch (error) {
      return report('metadata', 'is-not-json', { message: messageOf(error) });
    }
  }
  return isObject(value) ? value : report('metadata', 'is-not-object', { given: value });
}

/** Extend strips every other character of a tag without a word; a tag that would change is refused here. */
function checkUsageTags(given: unknown, report: Report): string[] | undefined {
  if (isMissing(given)) return undefined;
  const tags = (Array.isArray(given) ? given.map(textOf) : textOf(given).split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const bad = tags.find((tag) => !/^[\w-]+$/.test(tag));
  if (bad !== undefined) return report('usageTags', 'has-dropped-character', { given: bad });
  return tags.length > 0 ? tags : undefined;
}
