import type { Extend } from 'extend-ai';
import { invalid } from '../apiError';
import type { FileInput } from '../runs/start';
import type { State } from '../state';

/** The bounds of the contract (§b.1, §b.2) that types do not carry. */

const MAX_METADATA_BYTES = 10 * 1024;
const MAX_INPUTS = 1000;

export interface Problem {
  message: string;
  path: string;
}

function problemOfFile(state: State, file: FileInput, path: string): Problem | undefined {
  if ('url' in file) {
    const web = URL.canParse(file.url) && /^https?:$/.test(new URL(file.url).protocol);
    return web ? undefined : { message: 'Invalid URL', path: `${path}.url` };
  }
  if ('text' in file) return file.text === '' ? { message: 'Must not be empty', path: `${path}.text` } : undefined;
  return state.files.has(file.id) || state.parts.has(file.id) ? undefined : { message: `File ${file.id} was not found`, path: `${path}.id` };
}

/** What is wrong with one document and its metadata. */
export function problemOfInput(state: State, { file, metadata }: Extend.WorkflowRunsCreateBatchRequestInputsItem, path = ''): Problem | undefined {
  return problemOfFile(state, file, `${path}file`) ?? problemOfMetadata(metadata, path);
}

export function problemOfMetadata(metadata: unknown, path = ''): Problem | undefined {
  const tooLarge = metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES;
  return tooLarge ? { message: 'Metadata is larger than 10 KB', path: `${path}metadata` } : undefined;
}

/** Documents that go through a workflow together. */
export function problemOfPackage(state: State, { files }: Extend.WorkflowRunPackage): Problem | undefined {
  if (files.length < 2 || files.length > 50) return { message: 'Between 2 and 50 files are needed', path: 'package.files' };
  const keys = files.map((file) => JSON.stringify('id' in file ? { id: file.id } : { url: file.url }));
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (twice !== -1) return { message: 'The same file is there twice', path: `package.files[${twice}]` };
  return files.map((file, i) => problemOfFile(state, file, `package.files[${i}]`)).find((problem) => problem !== undefined);
}

export function checkPriority({ settings }: State, priority: number | undefined): void {
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 1 && priority <= 100)) {
    throw invalid(settings, 'Must be a whole number from 1 to 100', 'priority');
  }
}

export function checkBatchSize({ settings }: State, size: number): void {
  if (size < 1 || size > MAX_INPUTS) throw invalid(settings, `Between 1 and ${MAX_INPUTS} inputs are needed`, 'inputs');
}
