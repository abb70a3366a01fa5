import type { IExecuteFunctions } from 'n8n-workflow';
import { concernsAll, ExtendApiFailure, failureOf } from '../../../extend/api/errors';
import type { FileInput } from '../../../extend/api/types';
import type { Upload } from '../../../extend/batch/draft';
import { mapBounded } from '../../../extend/concurrency';
import type { ExtendClient } from '../../../transport/client';
import { uploadFile } from '../../../transport/upload';

export interface UploadFailure {
  itemIndex: number;
  failure: ExtendApiFailure;
}

/** An input as it is before and after its file is uploaded. */
type WithFile<F> = { itemIndex: number; file: F };

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
): Promise<{ uploaded: Array<Omit<T, 'file'> & { file: FileInput }>; failures: UploadFailure[] }> {
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
  const files = await mapBounded(inputs, concurrency, async ({ file }): Promise<FileInput | ExtendApiFailure> => {
    if (!('upload' in file)) return file;
    let id = '';
    const upload = async () => {
      if (stop) throw stop;
      id = await uploadOnce(file.upload);
    };
    const failure = await failureOf(upload());
    if (failure && (!goOn || concernsAll(failure))) stop ??= failure;
    return failure ?? { id };
  });
  const uploaded: Array<Omit<T, 'file'> & { file: FileInput }> = [];
  const failures: UploadFailure[] = [];
  for (const [i, file] of files.entries()) {
    const input = inputs[i] as T;
    if (file instanceof ExtendApiFailure) failures.push({ itemIndex: input.itemIndex, failure: file });
    else uploaded.push({ ...input, file });
  }
  return { uploaded, failures };
}
