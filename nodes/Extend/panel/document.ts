import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

export const fileUrl: INodeProperties = {
  displayName: 'File URL',
  name: 'fileUrl',
  type: 'string',
  default: '',
  placeholder: 'e.g. https://example.com/invoice.pdf',
  description:
    'Address of the document. Extend may download it minutes later, so a signed address should be valid for long enough.',
};

export const binaryField: INodeProperties = {
  displayName: 'Input Binary Field',
  name: 'binaryPropertyName',
  type: 'string',
  default: 'data',
  placeholder: 'e.g. data',
  hint: 'The name of the input field containing the file to be uploaded',
};

export const fileId: INodeProperties = {
  displayName: 'Extend File ID',
  name: 'fileId',
  type: 'string',
  default: '',
  placeholder: 'e.g. file_xK9mLPqRtN3vS8wF5hB2cQ',
};

export const text: INodeProperties = {
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

const sources: INodePropertyOptions[] = [
  { name: 'Binary File', value: 'binary', description: 'A file that the item carries; it is uploaded first' },
  {
    name: 'Differs per Item',
    value: 'auto',
    description: 'Each item uses the field below that is filled in for it',
  },
  { name: 'Extend File ID', value: 'fileId', description: 'A file that was uploaded to Extend before' },
  { name: 'Text', value: 'text', description: 'Plain text that becomes a text file' },
  { name: 'URL', value: 'url', description: 'An address that Extend downloads the file from' },
];

export const fileSource = (options: INodePropertyOptions[]): INodeProperties => ({
  displayName: 'File Source',
  name: 'fileSource',
  type: 'options',
  options,
  default: 'url',
  description: 'Where the document of each item comes from',
});

const sourceFields: INodeProperties[] = [
  ...forSource('url', fileUrl),
  ...forSource('binary', binaryField),
  ...forSource('fileId', fileId),
  ...forSource('text', text),
];

export const packageFiles: INodeProperties = {
  displayName: 'Package Files',
  name: 'packageFiles',
  type: 'string',
  typeOptions: { rows: 3 },
  required: true,
  default: '',
  placeholder: 'e.g. https://example.com/invoice.pdf, file_xK9mLPqRtN3vS8wF5hB2cQ, data',
  description:
    'Between 2 and 50 URLs, Extend file IDs, or names of binary fields of the item, in order: separated by commas or line breaks, or as a list from an expression',
  displayOptions: { show: { fileSource: ['package'] } },
};

/** Where the document of each item comes from. */
export const fileFields: INodeProperties[] = [fileSource(sources), ...sourceFields];

/** The same, for operations that may also take several files as one. */
export const fileOrPackageFields: INodeProperties[] = [
  fileSource([
    ...sources.slice(0, 3),
    { name: 'Package of Files', value: 'package', description: 'Several files that are processed together, with one result' },
    ...sources.slice(3),
  ]),
  ...sourceFields,
  packageFiles,
];
