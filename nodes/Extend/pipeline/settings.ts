import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { MAX_INPUTS_PER_BATCH } from '../../../extend/api/limits';
import { numberOption } from '../../shared/readParameter';
import type { BatchOptions } from './read';

const SECOND_MS = 1000;
const HOUR_MS = 60 * 60_000;

/** Options that concern the whole run. */
const RUN_WIDE = [
  'addCorrelationMetadata',
  'dryRun',
  'ifUnknown',
  'includeConfidence',
  'includeInput',
  'inputsPerBatch',
  'lookBack',
  'lookForLost',
  'maximumInputs',
  'onInvalidItems',
  'onTimeLimit',
  'timeLimit',
  'uploadConcurrency',
] as const satisfies ReadonlyArray<keyof BatchOptions>;

/** The options that concern the whole run, as the first item gives them. The others may fail for an item, which must not stop the rest. */
export function runWide(context: IExecuteFunctions): BatchOptions {
  const raw = context.getNode().parameters.options ?? {};
  if (typeof raw !== 'object') return context.getNodeParameter('options', 0, {}) as BatchOptions;
  const given = RUN_WIDE.filter((name) => Object.hasOwn(raw, name));
  return Object.fromEntries(given.map((name) => [name, context.getNodeParameter(`options.${name}`, 0) as IDataObject[string]]));
}

/** The numbers among the options that concern the whole run. */
export interface Settings {
  uploadsAtOnce: number;
  inputsPerBatch: number;
  /** 0 is no limit. */
  maximumInputs: number;
  /** Minutes that results are waited for; 0 is no limit. */
  timeLimit: number;
  /** How long something is looked for whose answer was lost. */
  patienceMs: number;
  /** How long earlier submissions are looked for; 0 does not look. */
  lookBackMs: number;
}

/** @throws NodeOperationError that names the option, before anything is sent */
export function settingsOf(node: INode, options: BatchOptions): Settings {
  const read = (label: string, given: unknown, fallback: number, min: number, max?: number) => numberOption(node, label, given, fallback, { min, max });
  return {
    uploadsAtOnce: Math.floor(read('Uploads at Once', options.uploadConcurrency, 5, 1, 20)),
    inputsPerBatch: Math.floor(read('Inputs per Batch', options.inputsPerBatch, MAX_INPUTS_PER_BATCH, 1, MAX_INPUTS_PER_BATCH)),
    maximumInputs: read('Maximum Inputs', options.maximumInputs, 0, 0),
    timeLimit: read('Time Limit', options.timeLimit, 60, 0),
    patienceMs: read('Look for Lost', options.lookForLost, 60, 0, 600) * SECOND_MS,
    lookBackMs: read('Look Back', options.lookBack, 24, 0) * HOUR_MS,
  };
}
