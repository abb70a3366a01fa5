import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { ExtendApiFailure } from '../../../../extend/api/errors';
import { type ExtendClient, path } from '../../../../transport/client';
import { toNodeError } from '../../../../transport/nodeError';
import { errorItem } from '../../shared/errorItems';
import { requiredText } from '../../shared/perItem';
import { fileId } from '../fields';
import type { Operation } from '../operation';

const TIMEOUT_MS = 300_000;

interface StoredFile {
  id: string;
  name: string;
  presignedUrl?: string | null;
}

/** Streams a file from its presigned address, without the token, into n8n's storage. */
async function download(context: IExecuteFunctions, client: ExtendClient, itemIndex: number): Promise<INodeExecutionData> {
  const id = requiredText(context, 'fileId', 'File ID', itemIndex);
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

async function execute(context: IExecuteFunctions, client: ExtendClient): Promise<INodeExecutionData[]> {
  const node = context.getNode();
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      output.push(await download(context, client, itemIndex));
    } catch (failure) {
      const error =
        failure instanceof ExtendApiFailure
          ? toNodeError(node, failure, { itemIndex })
          : new NodeOperationError(node, failure as Error, { itemIndex });
      if (!context.continueOnFail()) throw error;
      output.push(errorItem(error, itemIndex));
    }
  }
  return output;
}

export const downloadFile: Operation = {
  value: 'download',
  name: 'Download',
  action: 'Download file',
  description: 'Download a file and put it on the item',
  fields: [
    fileId,
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
  execute,
};
