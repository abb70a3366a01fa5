import type { INodeProperties } from 'n8n-workflow';
import { MAX_INPUTS_PER_BATCH, MAX_PRIORITY, MIN_PRIORITY } from '../../../extend/api/limits';
import { simplifyField, workflowLocator } from '../actions/fields';

const fileFields: INodeProperties[] = [
  {
    displayName: 'File Source',
    name: 'fileSource',
    type: 'options',
    options: [
      { name: 'Binary File', value: 'binary', description: 'A file that the item carries; it is uploaded first' },
      { name: 'Extend File ID', value: 'fileId', description: 'A file that was uploaded to Extend before' },
      { name: 'Text', value: 'text', description: 'Plain text that becomes a text file' },
      { name: 'URL', value: 'url', description: 'An address that Extend downloads the file from' },
    ],
    default: 'url',
    description: 'Where the document of each item comes from. Use an expression when it differs from item to item.',
  },
  {
    displayName: 'File URL',
    name: 'fileUrl',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. https://example.com/invoice.pdf',
    displayOptions: { show: { fileSource: ['url'] } },
    description:
      'Address of the document. Extend may download it minutes later, so a signed address should be valid for long enough.',
  },
  {
    displayName: 'Input Binary Field',
    name: 'binaryPropertyName',
    type: 'string',
    required: true,
    default: 'data',
    placeholder: 'e.g. data',
    hint: 'The name of the input field containing the file to be uploaded',
    displayOptions: { show: { fileSource: ['binary'] } },
  },
  {
    displayName: 'Extend File ID',
    name: 'fileId',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. file_xK9mLPqRtN3vS8wF5hB2cQ',
    displayOptions: { show: { fileSource: ['fileId'] } },
  },
  {
    displayName: 'Text',
    name: 'text',
    type: 'string',
    typeOptions: { rows: 4 },
    required: true,
    default: '',
    placeholder: 'e.g. Invoice 17, total 12.50 EUR',
    displayOptions: { show: { fileSource: ['text'] } },
  },
];

const metadataFields: INodeProperties[] = [
  {
    displayName: 'Metadata',
    name: 'metadataMode',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'None', value: 'none' },
      { name: 'Using Fields Below', value: 'fields' },
      { name: 'Using JSON', value: 'json' },
    ],
    default: 'none',
    description: 'Your own data to keep with each document, such as a customer number. Results carry it back.',
  },
  {
    displayName: 'Metadata Fields',
    name: 'metadataFields',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Field',
    default: {},
    displayOptions: { show: { metadataMode: ['fields'] } },
    options: [
      {
        displayName: 'Field',
        name: 'field',
        values: [
          { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. customerId' },
          { displayName: 'Value', name: 'value', type: 'string', default: '' },
        ],
      },
    ],
  },
  {
    displayName: 'Metadata (JSON)',
    name: 'metadataJson',
    type: 'json',
    default: '{}',
    placeholder: 'e.g. {"customerId": "cust_123"}',
    displayOptions: { show: { metadataMode: ['json'] } },
    description: 'An object of at most 10 KB',
  },
];

const resultFields: INodeProperties[] = [
  {
    displayName: 'Wait for Completion',
    name: 'waitForCompletion',
    type: 'options',
    noDataExpression: true,
    options: [
      {
        name: 'Off',
        value: 'off',
        description: 'Go on as soon as the batches are submitted; fetch the results later',
      },
      {
        name: 'Poll',
        value: 'poll',
        description: 'Stay until the documents are processed and return each result on its item',
      },
    ],
    default: 'off',
    description: 'Whether to wait for the results. Large batches can take hours.',
  },
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'One Item per Batch', value: 'perBatch', description: 'The batch ID and the number of its inputs' },
      { name: 'One Item per Input', value: 'perInput', description: 'Every input item with its batch ID' },
    ],
    default: 'perBatch',
    displayOptions: { show: { waitForCompletion: ['off'] } },
  },
  { ...simplifyField, displayOptions: { show: { waitForCompletion: ['poll'] } } },
];

const options: INodeProperties = {
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
      displayName: 'Dry Run',
      name: 'dryRun',
      type: 'boolean',
      default: false,
      description: 'Whether to only check all items and return the batches that would be sent. Nothing is sent.',
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
      displayName: 'Look for Lost Batches (Seconds)',
      name: 'lookForLost',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 600 },
      default: 60,
      description: 'How long to look for a batch in Extend when the answer to its submission was lost',
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
        { name: 'Skip and Report', value: 'skip', description: 'Send the others; return an error item for each' },
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
      typeOptions: { minValue: 0, numberPrecision: 2 },
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
    {
      displayName: 'Version Number',
      name: 'versionNumber',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 1,
      description: 'The published version to run',
      displayOptions: { show: { version: ['number'] } },
    },
    {
      displayName: 'Workflow Version',
      name: 'version',
      type: 'options',
      options: [
        { name: 'Draft', value: 'draft' },
        { name: 'Latest Published', value: 'latest' },
        { name: 'Version Number', value: 'number' },
      ],
      default: 'latest',
    },
  ],
};

export const batchRunFields: INodeProperties[] = [
  workflowLocator,
  ...fileFields,
  ...metadataFields,
  ...resultFields,
  options,
];
