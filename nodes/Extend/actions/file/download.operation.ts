import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import { type ExtendClient, path } from '../../../../transport/client';
import { eachItem, requiredText } from '../../../shared/perItem';
import { fileLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

const TIMEOUT_MS = 300_000;

interface StoredFile {
  id: string;
  name: string;
  presignedUrl?: string | null;
}

/** Streams a file from its presigned address, without the token, into n8n's storage. */
async function download(context: IExecuteFunctions, client: ExtendClient, itemIndex: number): Promise<INodeExecutionData> {
  const id = requiredText(context, 'fileId', 'File', itemIndex);
  const file = await client.request<StoredFile>({ method: 'GET', path: path`/files/${id}`, effect: 'read' });
  const { presignedUrl: url, name } = file;
  if (!url) throw new ExtendApiFailure({ kind: 'unreadable', message: 'Extend gave no address to download the file from' });
  const { statusCode, body } = (await context.helpers.httpRequest({
    url,
    encoding: 'stream',
    timeout: TIMEOUT_MS,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  })) as { statusCode: number; body: Parameters<typeof context.helpers.prepareBinaryData>[0] };
  if (statusCode !== 200) {
    throw new ExtendApiFailure({ kind: 'http', status: statusCode, message: 'The file could not be downloaded from its address' });
  }
  const property = context.getNodeParameter('binaryPropertyName', itemIndex, 'data') as string;
  const data = await context.helpers.prepareBinaryData(body, name);
  return { json: { fileId: file.id, name }, binary: { [property]: data }, pairedItem: { item: itemIndex } };
}

export const downloadFile: Operation = {
  value: 'download',
  name: 'Download',
  action: 'Download file',
  description: 'Download a file and put it on the item',
  fields: [
    fileLocator,
    {
      displayName: 'Put Output File in Field',
      name: 'binaryPropertyName',
      type: 'string',
      required: true,
      default: 'data',
      placeholder: 'e.g. data',
      hint: 'The name of the output field to put the file in',
    },
  ],
  execute: async (context, client) => await eachItem(context, async (itemIndex) => [await download(context, client, itemIndex)]),
};
