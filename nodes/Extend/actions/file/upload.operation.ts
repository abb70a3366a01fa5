import { NodeOperationError } from 'n8n-workflow';
import { summarizeFile } from '../../../../extend/results/summaries';
import { uploadFile } from '../../../../transport/upload';
import { findBinary } from '../../pipeline/findBinary';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import type { Operation } from '../operation';

export const upload: Operation = {
  value: 'upload',
  name: 'Upload',
  action: 'Upload file',
  description: 'Send a file of the item to Extend and get its ID',
  fields: [
    {
      displayName: 'Input Binary Field',
      name: 'binaryPropertyName',
      type: 'string',
      required: true,
      default: 'data',
      placeholder: 'e.g. data',
      hint: 'The name of the input field containing the file to be uploaded',
    },
    simplifyField,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        {
          displayName: 'Convert to PDF',
          name: 'convertToPdf',
          type: 'boolean',
          default: false,
          description: 'Whether to convert images, Office documents and HTML to PDF',
        },
        {
          displayName: 'File Name',
          name: 'fileName',
          type: 'string',
          default: '',
          placeholder: 'e.g. invoice-17.pdf',
          description: 'Name of the file in Extend. The ending tells the type.',
        },
        {
          displayName: 'PDF Password',
          name: 'pdfPassword',
          type: 'string',
          typeOptions: { password: true },
          default: '',
          description: 'Opens a protected PDF',
        },
      ],
    },
  ],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const property = requiredText(context, 'binaryPropertyName', 'Input Binary Field', itemIndex);
      const item = context.getInputData()[itemIndex];
      const binary = item && findBinary(item, property);
      if (!binary) {
        throw new NodeOperationError(context.getNode(), `The item has no file in the field of this name [item ${itemIndex}]`, {
          itemIndex,
          description: `Given: "${property}". The item has: ${Object.keys(item?.binary ?? {}).join(', ') || 'no files'}.`,
        });
      }
      const { convertToPdf, fileName, pdfPassword } = context.getNodeParameter('options', itemIndex, {}) as {
        convertToPdf?: boolean;
        fileName?: unknown;
        pdfPassword?: string;
      };
      const name = String(fileName ?? '').trim() || binary.fileName || property;
      const file = await uploadFile(context, client, { binary, name, password: pdfPassword || undefined, convertToPdf });
      return context.getNodeParameter('simplify', itemIndex, true) ? summarizeFile(file) : file;
    }),
};
