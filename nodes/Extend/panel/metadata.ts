import type { INodeProperties } from 'n8n-workflow';

/** The user's own data of each document. */
export const metadataFields: INodeProperties[] = [
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
    default: { values: [{ name: '', value: '' }] },
    displayOptions: { show: { metadataMode: ['fields'] } },
    options: [
      {
        displayName: 'Field',
        name: 'values',
        values: [
          { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. customerId' },
          { displayName: 'Value', name: 'value', type: 'string', default: '', placeholder: 'e.g. cust_123' },
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
