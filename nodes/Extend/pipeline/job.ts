import type { IDataObject, IExecuteFunctions, INode, INodeProperties } from 'n8n-workflow';
import type { Origin } from '../../../extend/correlation';
import type { Submitter } from '../../../extend/submission/submitters';
import type { ExtendClient } from '../../../transport/client';
import { numberOf } from '../../shared/readParameter';
import type { Starter } from '../panel/option';
import { optionsOf } from '../panel/options';
import type { ExecutionOptions } from './givenOptions';
import { type Policy, policyOf } from './policy';

/** The numbers among the options, checked. */
interface Limits {
  uploadsAtOnce: number;
  inputsPerBatch: number;
  /** 0 is no limit. */
  maximumInputs: number;
  /** How long results are waited for; 0 is no limit. */
  timeLimitMinutes: number;
  /** How long something is looked for whose answer was lost. */
  searchTimeoutMs: number;
  /** How long earlier submissions are looked for; 0 does not look. */
  lookBackMs: number;
}

/** One execution of an operation that starts runs: what all its steps need to know. */
export interface Job {
  context: IExecuteFunctions;
  node: INode;
  client: ExtendClient;
  starter: Starter;
  submitter: Submitter;
  options: ExecutionOptions;
  limits: Limits;
  policy: Policy;
  /** Absent when the user wants no correlation metadata. */
  origin?: Origin;
  /** Results are returned in this execution. */
  waits: boolean;
}

const SECOND_MS = 1000;
const HOUR_MS = 60 * 60_000;

/** The first item decides. The other options are not read here: they may fail for an item, which must not stop the rest. */
function readOptions(context: IExecuteFunctions, starter: Starter): ExecutionOptions {
  const raw = context.getNode().parameters.options ?? {};
  if (typeof raw !== 'object') return context.getNodeParameter('options', 0, {}) as ExecutionOptions;
  const names = optionsOf(starter).filter(({ scope, field }) => scope === 'once' && Object.hasOwn(raw, field.name));
  return Object.fromEntries(names.map(({ field: { name } }) => [name, context.getNodeParameter(`options.${name}`, 0) as IDataObject[string]]));
}

/** @throws NodeOperationError that names the option, before anything is sent */
function readLimits(node: INode, starter: Starter, options: ExecutionOptions): Limits {
  const fields = new Map(optionsOf(starter).map(({ field }) => [field.name, field]));
  const read = (name: keyof ExecutionOptions) => {
    const field = fields.get(name);
    return field ? numberOf(node, field as INodeProperties, options[name]) : 0;
  };
  return {
    uploadsAtOnce: Math.floor(read('uploadsAtOnce')),
    inputsPerBatch: Math.floor(read('inputsPerBatch')),
    maximumInputs: read('maximumInputs'),
    timeLimitMinutes: read('timeLimitMinutes'),
    searchTimeoutMs: read('lookForLostSeconds') * SECOND_MS,
    lookBackMs: read('lookBackHours') * HOUR_MS,
  };
}

/** @throws NodeOperationError when an option makes no sense */
export function jobOf(context: IExecuteFunctions, client: ExtendClient, starter: Starter, submitter: Submitter): Job {
  const node = context.getNode();
  const options = readOptions(context, starter);
  const limits = readLimits(node, starter, options);
  const { addCorrelationMetadata = true } = options;
  return {
    context,
    node,
    client,
    starter,
    submitter,
    options,
    limits,
    policy: policyOf(context, starter, options, limits.lookBackMs > 0),
    ...(addCorrelationMetadata && { origin: { executionId: context.getExecutionId(), nodeName: node.name } }),
    waits: context.getNodeParameter('waitForCompletion', 0, 'off') === 'poll',
  };
}
