import type { IExecuteFunctions, INode, INodeExecutionData, NodeApiError } from 'n8n-workflow';
import { concernsAll, type ExtendApiFailure, failureOf } from '../../../extend/api/errors';
import type { CheckedInput, Upload } from '../../../extend/batch/draft';
import type { UploadedInput } from '../../../extend/batch/submit';
import { mapBounded } from '../../../extend/concurrency';
import type { ExtendClient } from '../../../transport/client';
import { toNodeError } from '../../../transport/nodeError';
import { uploadFile } from '../../../transport/upload';
import { failureItem } from '../shared/errorItems';
import { count } from './report';

export interface UploadFailure {
  itemIndex: number;
  failure: ExtendApiFailure;
}

/**
 * Uploads the files of all inputs, a few at once; a file that several inputs share goes up once.
 * @param goOn keeps uploading after a failure that concerns one file only
 * @returns the inputs whose files Extend has, in order, and a failure for each other input
 */
export async function uploadAll(
  context: IExecuteFunctions,
  client: ExtendClient,
  inputs: CheckedInput[],
  { concurrency, goOn }: { concurrency: number; goOn: boolean },
): Promise<{ uploaded: UploadedInput[]; failures: UploadFailure[] }> {
  const shared = new Map<string, Promise<string>>();
  const uploadOnce = async (upload: Upload): Promise<string> => {
    const { binary, name, password } = upload;
    const send = async () => (await uploadFile(context, client, upload)).id;
    if (binary.id === undefined) return await send();
    const key = JSON.stringify([binary.id, name, password]);
    const running = shared.get(key) ?? send();
    shared.set(key, running);
    return await running;
  };

  let stop: ExtendApiFailure | undefined;
  const uploaded: UploadedInput[] = [];
  const failures: UploadFailure[] = [];
  const waiting: Array<CheckedInput & { file: { upload: Upload } }> = [];
  for (const input of inputs) {
    const { file } = input;
    if ('upload' in file) waiting.push({ ...input, file });
    else uploaded.push({ ...input, file });
  }
  await mapBounded(waiting, concurrency, async (input) => {
    const upload = async () => {
      if (stop) throw stop;
      uploaded.push({ ...input, file: { id: await uploadOnce(input.file.upload) } });
    };
    const failure = await failureOf(upload());
    if (!failure) return;
    if (!goOn || concernsAll(failure)) stop ??= failure;
    failures.push({ itemIndex: input.itemIndex, failure });
  });
  const byItem = (a: { itemIndex: number }, b: { itemIndex: number }) => a.itemIndex - b.itemIndex;
  return { uploaded: uploaded.sort(byItem), failures: failures.sort(byItem) };
}

const UPLOAD_FAILED = 'The file could not be uploaded to Extend';

/** The error of an input whose file could not be uploaded, when nothing goes on. */
export function uploadError(node: INode, { failure, itemIndex }: UploadFailure, failed: number): NodeApiError {
  const advice = `${failed > 1 ? `${count(failed, 'upload')} failed or were not begun. ` : ''}No batch was submitted.`;
  return concernsAll(failure)
    ? toNodeError(node, failure, { itemIndex })
    : toNodeError(node, failure, { title: UPLOAD_FAILED, advice, itemIndex });
}

/** The same as an error item. */
export const uploadFailureItem = (node: INode, { failure, itemIndex }: UploadFailure): INodeExecutionData =>
  failureItem(node, failure, itemIndex, { title: UPLOAD_FAILED });
