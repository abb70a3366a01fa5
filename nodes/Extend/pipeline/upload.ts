import type { IExecuteFunctions, INode, INodeExecutionData, NodeApiError } from 'n8n-workflow';
import { concernsAll, ExtendApiFailure, failureOf } from '../../../extend/api/errors';
import type { FileInput } from '../../../extend/api/types';
import type { Upload } from '../../../extend/intake/draft';
import { mapBounded } from '../../../extend/concurrency';
import type { ExtendClient } from '../../../transport/client';
import { toNodeError } from '../../shared/errors';
import { uploadFile } from '../../../transport/upload';
import { failureItem } from '../../shared/errorItems';
import { count } from './report';

export interface UploadFailure {
  itemIndex: number;
  failure: ExtendApiFailure;
}

/** An input as it is before and after its file is uploaded. */
interface WithFile<F> {
  itemIndex: number;
  file: F;
}

/**
 * Uploads the files of all inputs, a few at once; a file that several inputs share goes up once.
 * @param goOn keeps uploading after a failure that concerns one file only
 * @returns the inputs whose files Extend has, in order, and a failure for each other input
 */
export async function uploadAll<T extends WithFile<FileInput | { upload: Upload }>>(
  context: IExecuteFunctions,
  client: ExtendClient,
  inputs: T[],
  { concurrency, goOn }: { concurrency: number; goOn: boolean },
): Promise<{ uploaded: Array<Omit<T, 'file'> & WithFile<FileInput>>; failures: UploadFailure[] }> {
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
  const files = inputs.map(({ file }): FileInput | ExtendApiFailure | undefined => ('upload' in file ? undefined : file));
  const waiting = [...inputs.entries()].filter(([, { file }]) => 'upload' in file);
  await mapBounded(waiting, concurrency, async ([place, { file }]) => {
    const upload = async () => {
      if (stop) throw stop;
      files[place] = { id: await uploadOnce((file as { upload: Upload }).upload) };
    };
    const failure = await failureOf(upload());
    if (!failure) return;
    if (!goOn || concernsAll(failure)) stop ??= failure;
    files[place] = failure;
  });
  const uploaded: Array<Omit<T, 'file'> & WithFile<FileInput>> = [];
  const failures: UploadFailure[] = [];
  for (const [place, input] of inputs.entries()) {
    const file = files[place];
    if (file instanceof ExtendApiFailure) failures.push({ itemIndex: input.itemIndex, failure: file });
    else if (file) uploaded.push({ ...input, file });
  }
  return { uploaded, failures };
}

const UPLOAD_FAILED = 'The file could not be uploaded to Extend';

/**
 * The error of an input whose file could not be uploaded, when nothing goes on.
 * @param consequence what was not started because of it
 */
export function uploadError(node: INode, { failure, itemIndex }: UploadFailure, failed: number, consequence: string): NodeApiError {
  const advice = `${failed > 1 ? `${count(failed, 'upload')} failed or were not begun. ` : ''}${consequence}`;
  return concernsAll(failure)
    ? toNodeError(node, failure, { itemIndex })
    : toNodeError(node, failure, { title: UPLOAD_FAILED, advice, itemIndex });
}

/** The same as an error item. */
export const uploadFailureItem = (node: INode, { failure, itemIndex }: UploadFailure): INodeExecutionData =>
  failureItem(node, failure, itemIndex, { title: UPLOAD_FAILED });
