import { MAX_PACKAGE_FILES, MIN_PACKAGE_FILES } from '../api/limits';
import { isObject } from '../json';
import type { Draft, DraftFile, ProvidedOutput } from './draft';
import type { Report } from './problem';

/** How a file of a package is called in its panel. Passwords and contents stay out of errors. */
function nameOf(file: DraftFile): unknown {
  if (file.source === 'url') return file.url;
  if (file.source === 'fileId') return file.id;
  return file.source === 'binary' ? file.property : undefined;
}

/** What tells two files of a package apart. */
const keyOf = (file: DraftFile): string => JSON.stringify((file.source === 'binary' && file.binary?.id) || nameOf(file) || file);

/**
 * Checks the files of a draft that are processed together.
 * @see reference §b.2 of the API contract: 2 to 50 files, none of them twice
 */
export function checkPackage({ files, isPackage }: Draft, report: Report): void {
  if (!isPackage) return;
  if (files.length < MIN_PACKAGE_FILES || files.length > MAX_PACKAGE_FILES) {
    report('package', 'has-wrong-count', { found: files.length, min: MIN_PACKAGE_FILES, max: MAX_PACKAGE_FILES });
    return;
  }
  const keys = files.map(keyOf);
  const twice = keys.findIndex((key, place) => keys.indexOf(key) !== place);
  if (twice >= 0) report('package', 'names-file-twice', { given: nameOf(files[twice] as DraftFile) });
}

/**
 * Checks results that are given instead of made.
 * @see reference §b.2 of the API contract: a list of processor and output; not with a package
 */
export function checkOutputs({ outputs: given, isPackage }: Draft, report: Report): ProvidedOutput[] | undefined {
  const outputs = readOutputs(given);
  if (!outputs) return report('outputs', 'is-not-outputs');
  if (outputs.length === 0) return undefined;
  return isPackage ? report('outputs', 'is-not-for-packages') : outputs;
}

/** @returns undefined when it is no such list */
function readOutputs(given: unknown): ProvidedOutput[] | undefined {
  if (given === undefined || given === null || given === '') return [];
  let value = given;
  if (typeof given === 'string') {
    try {
      value = JSON.parse(given);
    } catch {
      // Broken JSON is no list; the problem's text covers it.
      return undefined;
    }
  }
  const isOutput = (entry: unknown) => isObject(entry) && typeof entry.processorId === 'string' && entry.processorId !== '' && isObject(entry.output);
  return Array.isArray(value) && value.every(isOutput) ? (value as ProvidedOutput[]) : undefined;
}
