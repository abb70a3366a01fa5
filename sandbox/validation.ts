import Ajv, { type ValidateFunction } from 'ajv';
import { ApiError } from './apiError';
import type { REQUEST_TYPES } from './generateSchemas';
import schemas from './schemas/requests.json';
import type { State } from './state';

const ajv = new Ajv({ allErrors: false, strict: false, allowUnionTypes: true });
const checks = new Map<string, ValidateFunction>(
  Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]),
);

const MAX_METADATA_BYTES = 10 * 1024;

const refuse = (state: State, message: string): ApiError =>
  new ApiError(state.options.unknowns.validationStatus, 'INVALID_REQUEST', message);

/** `/inputs/3/file` as the paths in Extend's messages read. */
const pathOf = (pointer: string): string => pointer.slice(1).replace(/\/(\d+)/g, '[$1]').replace(/\//g, '.');

/** Checks a body against the SDK's type of the request. */
export function checkBody<T>(state: State, name: keyof typeof REQUEST_TYPES, body: unknown): T {
  const check = checks.get(name) as ValidateFunction;
  if (check(body)) return body as T;
  const error = check.errors?.[0];
  const extra = error?.params && 'additionalProperty' in error.params ? ` (${error.params.additionalProperty})` : '';
  throw refuse(state, `${error?.message ?? 'The body is not valid'}${extra}. Path: ${pathOf(error?.instancePath ?? '/')}`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rules of the contract that types do not carry (§b.1, §b.2). */
export function checkInput(state: State, input: { file?: unknown; metadata?: unknown }, path: string): void {
  const { file, metadata } = input;
  const forms = isObject(file) ? ['url', 'id', 'text'].filter((form) => form in file) : [];
  if (forms.length !== 1) throw refuse(state, `Exactly one of url, id and text is needed. Path: ${path}file`);
  const { url, id, text } = file as Record<string, string>;
  if (url !== undefined && !(URL.canParse(url) && /^https?:/.test(url))) {
    throw refuse(state, `Not a valid URL. Path: ${path}file.url`);
  }
  if (id === '' || text === '') throw refuse(state, `Must not be empty. Path: ${path}file.${forms[0]}`);
  if (id !== undefined && !state.files.has(id)) throw refuse(state, `File ${id} was not found. Path: ${path}file.id`);
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) {
    throw refuse(state, `Metadata is larger than 10 KB. Path: ${path}metadata`);
  }
}

export function checkPriority(state: State, priority: number | undefined): void {
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 1 && priority <= 100)) {
    throw refuse(state, 'Must be a whole number from 1 to 100. Path: priority');
  }
}

export function checkBatchSize(state: State, size: number): void {
  if (size < 1 || size > 1000) throw refuse(state, 'Between 1 and 1000 inputs are needed. Path: inputs');
}

export { refuse };
