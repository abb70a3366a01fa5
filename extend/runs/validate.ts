import type { FileInput, JsonObject } from '../api/types';
import { MAX_PACKAGE_FILES, MIN_PACKAGE_FILES } from '../api/limits';
import type { CheckedInput, Draft, DraftFile, Problem, Upload } from '../intake/draft';
import { show } from '../intake/problem';
import { type Origin, validate } from '../intake/check';

/** A run as the node's parameters describe it, not yet checked. */
export interface RunDraft {
  draft: Draft;
  /** Files that go through the workflow together, instead of the draft's one. */
  packageFiles?: DraftFile[];
  /** Results that are given instead of made, or their JSON text. */
  outputs?: unknown;
}

/** A result that is given for an extractor, classifier or splitter. */
export interface ProvidedOutput {
  processorId: string;
  output: JsonObject;
}

/** A checked run: one file, or the files of a package. */
export interface CheckedRun extends Omit<CheckedInput, 'file'> {
  files: Array<FileInput | { upload: Upload }>;
  isPackage: boolean;
  outputs?: ProvidedOutput[];
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks one run against everything that can be known before a request is sent.
 * @param origin adds correlation metadata to the size that is checked
 * @returns the checked run, or every problem of the draft
 * @see reference §b.2 of the API contract: file or package, 2 to 50 files, no file twice, no outputs with a package
 */
export function validateRun({ draft, packageFiles, outputs: given }: RunDraft, origin?: Origin): CheckedRun | Problem[] {
  const files = packageFiles ?? [draft.file];
  const checks = files.map((file, place) => {
    // What is not about the file is checked with the first one.
    const checked = validate(place === 0 ? { ...draft, file } : { itemIndex: draft.itemIndex, workflowId: 'checked', file }, origin);
    if (!Array.isArray(checked) || packageFiles === undefined) return checked;
    return checked.map((problem) => (isAboutFile(problem) ? { ...problem, field: `File ${place + 1} of the package: ${problem.field}` } : problem));
  });
  const outputs = readOutputs(given);
  const problems = [
    ...checks.filter((checked) => Array.isArray(checked)).flat(),
    ...(packageFiles ? problemsOfPackage(draft.itemIndex, packageFiles) : []),
    ...(outputs === 'bad' ? [badOutputs(draft.itemIndex)] : []),
    ...(packageFiles && Array.isArray(outputs) ? [outputsWithPackage(draft.itemIndex)] : []),
  ];
  const inputs = checks.filter((checked): checked is CheckedInput => !Array.isArray(checked));
  const [first] = inputs;
  if (problems.length > 0 || !first || outputs === 'bad') return problems;
  const { itemIndex, workflow, priority, metadata, secrets } = first;
  const isPackage = packageFiles !== undefined;
  return { itemIndex, workflow, priority, metadata, secrets, files: inputs.map(({ file }) => file), isPackage, outputs };
}

const FILE_FIELDS = new Set(['File URL', 'Extend File ID', 'Text', 'Input Binary Field', 'File', 'File Source']);
const isAboutFile = ({ field }: Problem): boolean => FILE_FIELDS.has(field);

/** How a file of a package is called in its panel. Passwords and contents stay out of errors. */
function nameOf(file: DraftFile): unknown {
  if (file.source === 'url') return file.url;
  if (file.source === 'fileId') return file.id;
  return file.source === 'binary' ? file.property : undefined;
}

/** What tells two files of a package apart; Extend refuses the same one twice. */
const keyOf = (file: DraftFile): string => JSON.stringify((file.source === 'binary' && file.binary?.id) || nameOf(file) || file);

function problemsOfPackage(itemIndex: number, files: DraftFile[]): Problem[] {
  const field = 'Package Files';
  if (files.length < MIN_PACKAGE_FILES || files.length > MAX_PACKAGE_FILES) {
    const advice = `Name ${MIN_PACKAGE_FILES} to ${MAX_PACKAGE_FILES} files, or choose another File Source for a single one.`;
    return [{ itemIndex, field, reason: `has ${files.length} ${files.length === 1 ? 'entry' : 'entries'}`, advice }];
  }
  const keys = files.map(keyOf);
  const twice = keys.findIndex((key, place) => keys.indexOf(key) !== place);
  if (twice === -1) return [];
  return [{ itemIndex, field, reason: 'names a file twice', advice: 'Name each file once.', given: show(nameOf(files[twice] as DraftFile)) }];
}

function readOutputs(given: unknown): ProvidedOutput[] | undefined | 'bad' {
  if (given === undefined || given === null || given === '') return undefined;
  let value = given;
  if (typeof given === 'string') {
    try {
      value = JSON.parse(given);
    } catch {
      // Broken JSON is no list; the problem's text covers it.
      return 'bad';
    }
  }
  const good = (entry: unknown) => isObject(entry) && typeof entry.processorId === 'string' && entry.processorId !== '' && isObject(entry.output);
  if (!Array.isArray(value) || !value.every(good)) return 'bad';
  return value.length === 0 ? undefined : (value as ProvidedOutput[]);
}

const badOutputs = (itemIndex: number): Problem => ({
  itemIndex,
  field: 'Provided Outputs (JSON)',
  reason: 'is not a list of outputs',
  advice: 'Enter a list such as [{"processorId": "ex_123", "output": {"value": {"total": 12.5}}}].',
});

const outputsWithPackage = (itemIndex: number): Problem => ({
  itemIndex,
  field: 'Provided Outputs (JSON)',
  reason: 'is not possible with a package of files',
  advice: 'Remove the option, or run the files one by one.',
});
