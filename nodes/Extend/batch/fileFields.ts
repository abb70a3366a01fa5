import type { INodeProperties } from 'n8n-workflow';

const fileUrl: INodeProperties = {
  displayName: 'File URL',
  name: 'fileUrl',
  type: 'string',
  default: '',
  placeholder: 'e.g. https://example.com/invoice.pdf',
  description:
    'Address of the document. Extend may download it minutes later, so a signed address should be valid for long enough.',
};

const binaryField: INodeProperties = {
  displayName: 'Input Binary Field',
  name: 'binaryPropertyName',
  type: 'string',
  default: 'data',
  placeholder: 'e.g. data',
  hint: 'The name of the input field containing the file to be uploaded',
};

const fileId: INodeProperties = {
  displayName: 'Extend File ID',
  name: 'fileId',
  type: 'string',
  default: '',
  placeholder: 'e.g. file_xK9mLPqRtN3vS8wF5hB2cQ',
};

const text: INodeProperties = {
  displayName: 'Text',
  name: 'text',
  type: 'string',
  typeOptions: { rows: 4 },
  default: '',
  placeholder: 'e.g. Invoice 17, total 12.50 EUR',
};

/** A field belongs to one source, where it is required, and is one of several when the source differs per item. */
const forSource = (source: string, field: INodeProperties): INodeProperties[] => [
  { ...field, required: true, displayOptions: { show: { fileSource: [source] } } },
  { ...field, displayOptions: { show: { fileSource: ['auto'] } } },
];

/** Where the document of each item comes from. */
export const fileFields: INodeProperties[] = [
  {
    displayName: 'File Source',
    name: 'fileSource',
    type: 'options',
    options: [
      { name: 'Binary File', value: 'binary', description: 'A file that the item carries; it is uploaded first' },
      {
        name: 'Differs per Item',
        value: 'auto',
        description: 'Each item uses the field below that is filled in for it',
      },
      { name: 'Extend File ID', value: 'fileId', description: 'A file that was uploaded to Extend before' },
      { name: 'Text', value: 'text', description: 'Plain text that becomes a text file' },
      { name: 'URL', value: 'url', description: 'An address that Extend downloads the file from' },
    ],
    default: 'url',
    description: 'Where the document of each item comes from',
  },
  ...forSource('url', fileUrl),
  ...forSource('binary', binaryField),
  ...forSource('fileId', fileId),
  ...forSource('text', text),
];
