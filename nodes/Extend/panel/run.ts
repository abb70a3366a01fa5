import type { INodeProperties } from 'n8n-workflow';
import { includeConfidence, simplifyField } from './results';
import { workflowLocator } from '../../shared/locators';
import { fileOrPackageFields } from './document';
import { metadataFields } from './metadata';
import { batchOptions } from './options';

const waitForCompletion: INodeProperties = {
  displayName: 'Wait for Completion',
  name: 'waitForCompletion',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'Off', value: 'off', description: 'Go on as soon as the runs are started; fetch the results later' },
    { name: 'Poll', value: 'poll', description: 'Stay until the documents are processed and return their results' },
  ],
  default: 'off',
  description: 'Whether to wait for the results',
};

/** Options that are the same for one run as for a batch, by name. */
const SHARED = new Set([
  ...['addCorrelationMetadata', 'fileName', 'includeInput', 'onTimeLimit', 'pdfPassword', 'secrets', 'timeLimit'],
  ...['uploadConcurrency', 'usageTags', 'version'],
]);

const ownOptions: INodeProperties[] = [
  { ...includeConfidence, displayOptions: { show: { '/simplify': [true] } } },
  {
    displayName: 'Look for Lost Runs (Sec)',
    name: 'lookForLost',
    type: 'number',
    typeOptions: { minValue: 0, maxValue: 600 },
    default: 60,
    description: 'How long to look for a run in Extend when the answer to its start was lost',
  },
  {
    displayName: 'Priority',
    name: 'priority',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 100 },
    default: 50,
    description: 'Documents with a lower number are processed first when the plan is at its limit',
  },
  {
    displayName: 'Provided Outputs (JSON)',
    name: 'outputs',
    type: 'json',
    default: '[]',
    placeholder: 'e.g. [{"processorId": "ex_123", "output": {"value": {"total": 12.5}}}]',
    description:
      'Results to use instead of running an extractor, classifier or splitter: a list with the ID of each and its output. Not for a package of files.',
  },
];

const shared = (batchOptions.options as INodeProperties[]).filter(({ name }) => SHARED.has(name));

export const runFields: INodeProperties[] = [
  workflowLocator,
  ...fileOrPackageFields,
  ...metadataFields,
  waitForCompletion,
  simplifyField,
  {
    ...batchOptions,
    options: [...shared, ...ownOptions].sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
  },
];
