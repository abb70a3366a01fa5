import type { INodeProperties } from 'n8n-workflow';
import { MAX_INPUTS_PER_BATCH } from '../../../extend/api/limits';
import { batchRun, both, once as option, type Option, run } from './option';
import { includeConfidence } from './results';

const lookForLost = (what: string, description: string): INodeProperties => ({
  displayName: `Look for Lost ${what} (Sec)`,
  name: 'lookForLostSeconds',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 600 },
  default: 60,
  description,
});

/** Options that concern the whole execution, in the order of their labels. */
export const executionOptions: Option[] = [
  option(both, {
    displayName: 'Add Correlation Metadata',
    name: 'addCorrelationMetadata',
    type: 'boolean',
    default: true,
    description:
      'Whether to note execution, node and item in the metadata of each document, so that results find their items',
  }),
  option(batchRun, {
    displayName: 'Dry Run',
    name: 'dryRun',
    type: 'boolean',
    default: false,
    description:
      'Whether to only check all items and return the batches that would be sent. Nothing is sent, earlier submissions are not looked for, and Maximum Inputs is not applied.',
  }),
  option(batchRun, {
    displayName: 'If Outcome Is Unknown',
    name: 'onUnknownOutcome',
    type: 'options',
    options: [
      { name: 'Report', value: 'report', description: 'Say which inputs may have been submitted' },
      {
        name: 'Submit Again',
        value: 'resend',
        description: 'Send them once more. Documents may be processed, and paid for, twice.',
      },
    ],
    default: 'report',
    description: 'What to do when the answer to a batch is lost and the batch does not show up in Extend',
  }),
  option(both, {
    displayName: 'If Time Limit Is Reached',
    name: 'onTimeLimit',
    type: 'options',
    options: [
      { name: 'Fail', value: 'fail', description: 'End with an error that names the batches' },
      {
        name: 'Return What Is There',
        value: 'return',
        description: 'Return the results so far; the others carry their current status',
      },
    ],
    default: 'return',
    displayOptions: { show: { '/waitForCompletion': ['poll'] } },
  }),
  option(batchRun, { ...includeConfidence, displayOptions: { show: { '/waitForCompletion': ['poll'], '/simplify': [true] } } }),
  option(run, { ...includeConfidence, displayOptions: { show: { '/simplify': [true] } } }),
  option(both, {
    displayName: 'Include Input Data',
    name: 'includeInputData',
    type: 'boolean',
    default: false,
    description: 'Whether to add the data of the input item to each output item, under "input"',
  }),
  option(batchRun, {
    displayName: 'Inputs per Batch',
    name: 'inputsPerBatch',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: MAX_INPUTS_PER_BATCH },
    default: MAX_INPUTS_PER_BATCH,
    description: 'How many documents go into one batch at most. Extend allows 1000.',
  }),
  option(batchRun, {
    displayName: 'Look Back (Hours)',
    name: 'lookBackHours',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 24,
    description:
      'How far back to look for documents with the same Deduplication Key. Takes one request for each run of the workflow in that time, once per n8n process. 0 only notes the key, for a later run to find.',
  }),
  option(batchRun, lookForLost('Batches', 'How many seconds to look for a batch in Extend when the answer to its submission was lost')),
  option(run, lookForLost('Runs', 'How long to look for a run in Extend when the answer to its start was lost')),
  option(batchRun, {
    displayName: 'Maximum Inputs',
    name: 'maximumInputs',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 0,
    description: 'Fail before anything is sent when there are more inputs, as a guard against costs. 0 means no limit.',
  }),
  option(batchRun, {
    displayName: 'On Invalid Items',
    name: 'onInvalidItems',
    type: 'options',
    options: [
      { name: 'Skip and Report', value: 'skip', description: 'Send the others. Every item that is not submitted, also when Extend refuses it, comes out as an error item.' },
      { name: 'Stop', value: 'stop', description: 'Send nothing' },
    ],
    default: 'stop',
    description: 'What to do when an item cannot be submitted, for example because its file is missing',
  }),
  option(both, {
    displayName: 'Time Limit (Minutes)',
    name: 'timeLimitMinutes',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 60,
    description: 'How long to wait for the results at most. 0 means no limit.',
    displayOptions: { show: { '/waitForCompletion': ['poll'] } },
  }),
  option(both, {
    displayName: 'Uploads at Once',
    name: 'uploadsAtOnce',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 20 },
    default: 5,
    description: 'How many binary files are uploaded at the same time',
  }),
];
