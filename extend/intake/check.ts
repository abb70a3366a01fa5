import { MAX_ID_LENGTH, MAX_INPUTS_PER_BATCH, MAX_PRIORITY, MIN_PRIORITY } from '../api/limits';
import type { TargetReference } from '../api/types';
import { type Correlation, type Origin, toDeduplicationKey } from '../correlation';
import type { RunKind } from '../kinds/kind';
import { checkFile } from './checkFile';
import { checkMetadata, checkSecrets } from './checkMetadata';
import { checkOutputs, checkPackage } from './checkPackage';
import type { CheckedInput, Draft } from './draft';
import { isMissing, type Problem, type Report, requireLine, show, soundText, textOf } from './problem';

/** Placeholders as long as the real ones, so that the size check sees the metadata that will be sent. */
const PLACEHOLDERS = { submissionKey: '00000000-0000-0000-0000-000000000000', of: MAX_INPUTS_PER_BATCH };

/**
 * Checks one draft against everything that can be known before a request is sent.
 * @param kind the kind of run that the input is for
 * @param origin adds correlation metadata to the size that is checked
 * @returns the checked input, or every problem of the draft
 * @see reference §b.1, §b.2 of the API contract: one file form, metadata at most 10 KB, priority 1 to 100
 */
export function check(draft: Draft, kind: RunKind, origin?: Origin): CheckedInput | Problem[] {
  const { itemIndex, unreadable, isPackage } = draft;
  if (unreadable !== undefined) return [{ itemIndex, field: 'item', code: 'is-unreadable', message: unreadable }];
  const problems: Problem[] = [];
  const reportAt =
    (place?: number): Report =>
    (field, code, about = {}) => {
      const { given, ...facts } = about;
      problems.push({ itemIndex, field, code, ...facts, ...(place !== undefined && { place }), ...('given' in about && { given: show(given) }) });
      return undefined;
    };
  const report = reportAt();
  const target = checkTarget(draft, kind, report);
  const priority = checkPriority(draft.priority, report);
  checkPackage(draft, report);
  const files = draft.files.map((file, place) => checkFile(file, isPackage ? reportAt(place) : report));
  const deduplicationKey = draft.hasKey ? checkKey(draft, origin, report) : undefined;
  const correlation: Correlation | undefined = origin && { ...origin, itemIndex, ...PLACEHOLDERS, deduplicationKey };
  const metadata = checkMetadata(draft, correlation, report);
  const secrets = checkSecrets(draft, report);
  const outputs = checkOutputs(draft, report);
  if (problems.length > 0 || !target) return problems;
  return {
    itemIndex,
    target,
    priority,
    files: files as CheckedInput['files'],
    metadata,
    secrets,
    ...(isPackage && { isPackage }),
    ...(outputs && { outputs }),
    ...(deduplicationKey !== undefined && { key: deduplicationKey }),
  };
}

function checkTarget(draft: Draft, kind: RunKind, report: Report): TargetReference | undefined {
  const id = requireLine('target', draft.target, MAX_ID_LENGTH, report);
  if (id === undefined || isMissing(draft.version)) return id === undefined ? undefined : { id };
  const version = textOf(draft.version).trim();
  return kind.isVersion(version) ? { id, version } : report('version', 'is-not-version', { given: draft.version });
}

function checkPriority(priority: unknown, report: Report): number | undefined {
  if (isMissing(priority)) return undefined;
  const number = Number(textOf(priority));
  if (Number.isInteger(number) && number >= MIN_PRIORITY && number <= MAX_PRIORITY) return number;
  return report('priority', 'is-out-of-range', { min: MIN_PRIORITY, max: MAX_PRIORITY, given: priority });
}

function checkKey({ key }: Draft, origin: Origin | undefined, report: Report): string | undefined {
  if (isMissing(key)) return report('key', 'is-empty');
  if (typeof key === 'object') return report('key', 'is-not-scalar', { given: key });
  if (!origin) return report('key', 'needs-correlation');
  const text = soundText('key', textOf(key).trim(), report);
  return text === undefined ? undefined : toDeduplicationKey(text);
}
