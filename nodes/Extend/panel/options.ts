import type { INodeProperties } from 'n8n-workflow';
import { includeConfidence } from './results';
import { runVersionLocator } from '../../shared/locators';
import { MAX_INPUTS_PER_BATCH, MAX_PRIORITY, MIN_PRIORITY } from '../../../extend/api/limits';

export const batchOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    {
      displayName: 'Add Correlation Metadata',
      name: 'addCorrelationMetadata',
      type: 'boolean',
      default: true,
      description:
        'Whether to note execution, node and item in the metadata of each document, so that results find their items',
    },
    {
      displayName: 'Deduplication Key',
      name: 'deduplicationKey',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.invoiceNumber }}',
      description:
        'What identifies a document. It is noted in the metadata, and documents whose key was submitted to the workflow within Look Back (Hours) are skipped, so that running again after a crash pays once. Failed, cancelled and rejected runs do not count.',
    },
    {
      displayName: 'Dry Run',
      name: 'dryRun',
      type: 'boolean',
      default: false,
      description:
        'Whether to only check all items and return the batches that would be sent. Nothing is sent, earlier submissions are not looked for, and Maximum Inputs is not applied.',
    },
    {
      displayName: 'File Name',
      name: 'fileName',
      type: 'string',
      default: '',
      placeholder: 'e.g. invoice-17.pdf',
      description: 'Name of the document in Extend. Not used for an Extend file ID.',
    },
    {
      displayName: 'If Outcome Is Unknown',
      name: 'ifUnknown',
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
    },
    {
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
    },
    { ...includeConfidence, displayOptions: { show: { '/waitForCompletion': ['poll'], '/simplify': [true] } } },
    {
      displayName: 'Include Input Data',
      name: 'includeInput',
      type: 'boolean',
      default: false,
      description: 'Whether to add the data of the input item to each output item, under "input"',
    },
    {
      displayName: 'Inputs per Batch',
      name: 'inputsPerBatch',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: MAX_INPUTS_PER_BATCH },
      default: MAX_INPUTS_PER_BATCH,
      description: 'How many documents go into one batch at most. Extend allows 1000.',
    },
    {
      displayName: 'Look Back (Hours)',
      name: 'lookBack',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 24,
      description:
        'How far back to look for documents with the same Deduplication Key. Takes one request for each run of the workflow in that time, once per n8n process. 0 only notes the key, for a later run to find.',
    },
    {
      displayName: 'Look for Lost Batches (Sec)',
      name: 'lookForLost',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 600 },
      default: 60,
      description: 'How many seconds to look for a batch in Extend when the answer to its submission was lost',
    },
    {
      displayName: 'Maximum Inputs',
      name: 'maximumInputs',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 0,
      description: 'Fail before anything is sent when there are more inputs, as a guard against costs. 0 means no limit.',
    },
    {
      displayName: 'On Invalid Items',
      name: 'onInvalidItems',
      type: 'options',
      options: [
        { name: 'Skip and Report', value: 'skip', description: 'Send the others. Every item that is not submitted, also when Extend refuses it, comes out as an error item.' },
        { name: 'Stop', value: 'stop', description: 'Send nothing' },
      ],
      default: 'stop',
      description: 'What to do when an item cannot be submitted, for example because its file is missing',
    },
    {
      displayName: 'PDF Password',
      name: 'pdfPassword',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'Opens a protected PDF. Used for URLs and binary files.',
    },
    {
      displayName: 'Priority',
      name: 'priority',
      type: 'number',
      typeOptions: { minValue: MIN_PRIORITY, maxValue: MAX_PRIORITY },
      default: 90,
      description: 'Documents with a lower number are processed first when the plan is at its limit',
    },
    {
      displayName: 'Secrets',
      name: 'secrets',
      type: 'fixedCollection',
      typeOptions: { multipleValues: true },
      placeholder: 'Add Secret',
      default: {},
      description: 'Values that steps of the workflow may use. Extend never returns them.',
      options: [
        {
          displayName: 'Secret',
          name: 'secret',
          values: [
            { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. erpToken' },
            { displayName: 'Value', name: 'value', type: 'string', typeOptions: { password: true }, default: '' },
          ],
        },
      ],
    },
    {
      displayName: 'Time Limit (Minutes)',
      name: 'timeLimit',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 60,
      description: 'How long to wait for the results at most. 0 means no limit.',
      displayOptions: { show: { '/waitForCompletion': ['poll'] } },
    },
    {
      displayName: 'Uploads at Once',
      name: 'uploadConcurrency',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 20 },
      default: 5,
      description: 'How many binary files are uploaded at the same time',
    },
    {
      displayName: 'Usage Tags',
      name: 'usageTags',
      type: 'string',
      default: '',
      placeholder: 'e.g. finance,invoices',
      description: 'Comma-separated tags for the usage reports of Extend. Letters, digits, - and _ only.',
    },
    runVersionLocator,
  ],
};
