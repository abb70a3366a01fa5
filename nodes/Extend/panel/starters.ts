import type { INodeProperties } from 'n8n-workflow';
import { workflowLocator } from '../../shared/locators';
import { fileFields, fileOrPackageFields } from './document';
import { metadataFields } from './metadata';
import { optionsField } from './options';
import { simplifyField } from './results';

/** @param off and poll what the two choices do */
const waitForCompletion = (off: string, poll: string, description: string): INodeProperties => ({
  displayName: 'Wait for Completion',
  name: 'waitForCompletion',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'Off', value: 'off', description: off },
    { name: 'Poll', value: 'poll', description: poll },
  ],
  default: 'off',
  description,
});

const batchResultFields: INodeProperties[] = [
  waitForCompletion(
    'Go on as soon as the batches are submitted; fetch the results later',
    'Stay until the documents are processed and return each result on its item',
    'Whether to wait for the results. Large batches can take hours: after the option Time Limit (60 minutes) documents that are not done come out with the status they have.',
  ),
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    noDataExpression: true,
    options: [
      { name: 'One Item per Batch', value: 'perBatch', description: 'The batch ID and the number of its inputs' },
      { name: 'One Item per Input', value: 'perInput', description: 'The batch ID and the index of each input item' },
    ],
    default: 'perBatch',
    displayOptions: { show: { waitForCompletion: ['off'] } },
  },
  { ...simplifyField, displayOptions: { show: { waitForCompletion: ['poll'] } } },
];

const runResultFields: INodeProperties[] = [
  waitForCompletion(
    'Go on as soon as the runs are started; fetch the results later',
    'Stay until the documents are processed and return their results',
    'Whether to wait for the results',
  ),
  simplifyField,
];

/** The panel of Batch Run. */
export const batchRunFields: INodeProperties[] = [workflowLocator, ...fileFields, ...metadataFields, ...batchResultFields, optionsField('batchRun')];

/** The panel of Run. */
export const runFields: INodeProperties[] = [workflowLocator, ...fileOrPackageFields, ...metadataFields, ...runResultFields, optionsField('run')];
