import type { INodeProperties } from 'n8n-workflow';
import { MAX_PRIORITY, MIN_PRIORITY } from '../../../extend/api/limits';
import { runVersionLocator } from '../../shared/locators';
import { batchRun, both, type Option, perItem as option, run } from './option';

const priority = (value: number): INodeProperties => ({
  displayName: 'Priority',
  name: 'priority',
  type: 'number',
  typeOptions: { minValue: MIN_PRIORITY, maxValue: MAX_PRIORITY },
  default: value,
  description: 'Documents with a lower number are processed first when the plan is at its limit',
});

/** Options that may differ from item to item, in the order of their labels. */
export const itemOptions: Option[] = [
  option(batchRun, {
    displayName: 'Deduplication Key',
    name: 'deduplicationKey',
    type: 'string',
    default: '',
    placeholder: 'e.g. {{ $json.invoiceNumber }}',
    description:
      'What identifies a document. It is noted in the metadata, and documents whose key was submitted to the workflow within Look Back (Hours) are skipped, so that running again after a crash pays once. Failed, cancelled and rejected runs do not count.',
  }),
  option(both, {
    displayName: 'File Name',
    name: 'fileName',
    type: 'string',
    default: '',
    placeholder: 'e.g. invoice-17.pdf',
    description: 'Name of the document in Extend. Not used for an Extend file ID.',
  }),
  option(both, {
    displayName: 'PDF Password',
    name: 'pdfPassword',
    type: 'string',
    typeOptions: { password: true },
    default: '',
    description: 'Opens a protected PDF. Used for URLs and binary files.',
  }),
  option(batchRun, priority(90)),
  option(run, priority(50)),
  option(run, {
    displayName: 'Provided Outputs (JSON)',
    name: 'outputs',
    type: 'json',
    default: '[]',
    placeholder: 'e.g. [{"processorId": "ex_123", "output": {"value": {"total": 12.5}}}]',
    description:
      'Results to use instead of running an extractor, classifier or splitter: a list with the ID of each and its output. Not for a package of files.',
  }),
  option(both, {
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
        name: 'values',
        values: [
          { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. erpToken' },
          { displayName: 'Value', name: 'value', type: 'string', typeOptions: { password: true }, default: '' },
        ],
      },
    ],
  }),
  option(both, {
    displayName: 'Usage Tags',
    name: 'usageTags',
    type: 'string',
    default: '',
    placeholder: 'e.g. finance,invoices',
    description: 'Comma-separated tags for the usage reports of Extend. Letters, digits, - and _ only.',
  }),
  option(both, runVersionLocator),
];
