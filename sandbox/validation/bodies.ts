import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../apiError';
import { SCHEMAS_FOLDER, type SchemaName } from '../generateSchemas';
import type { Settings } from '../options';

const ajv = new Ajv({ strict: false });
const checks = new Map<SchemaName, ValidateFunction>();

/** Compiled when first needed, and once. */
function checkOf(name: SchemaName): ValidateFunction {
  const check = checks.get(name) ?? ajv.compile(JSON.parse(readFileSync(join(SCHEMAS_FOLDER, `${name}.json`), 'utf8')));
  checks.set(name, check);
  return check;
}

/** `/inputs/3/file` as the paths in Extend's messages read: `inputs[3].file`. */
const pathOf = (pointer: string): string => pointer.slice(1).replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.');

function explain({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `Unrecognized key ${params.additionalProperty}`;
  return keyword === 'anyOf' ? 'Invalid input' : `Invalid input: ${message}`;
}

/** Checks a body against the type of the request. */
export function checkBody<T>(settings: Settings, name: SchemaName, body: unknown): T {
  const check = checkOf(name);
  if (check(body)) return body as T;
  // Where there is a choice of forms, the last error is the one about the choice itself.
  const error = check.errors?.at(-1) as ErrorObject;
  throw invalid(settings, explain(error), pathOf(error.instancePath));
}
