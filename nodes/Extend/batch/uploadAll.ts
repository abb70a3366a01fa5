import type { IExecuteFunctions } from 'n8n-workflow';
import { concernsAll, type ExtendApiFailure, failureOf } from '../../../extend/api/errors';
import type { CheckedInput, Upload } from '../../../extend/batch/draft';
import type { UploadedInput } from '../../../extend/batch/submit';
import { mapBounded } from '../../../extend/concurrency';
import type { ExtendClient } from '../../../transport/client';
import { uploadFile } from '../../../transport/upload';

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
  await mapBounded(inputs, concurrency, async (input) => {
    const { file, itemIndex } = input;
    if (!('upload' in file)) {
      uploaded.push({ ...input, file });
      return;
    }
    const upload = async () => {
      if (stop) throw stop;
      uploaded.push({ ...input, file: { id: await uploadOnce(file.upload) } });
    };
    const failure = await failureOf(upload());
    if (!failure) return;
    if (!goOn || concernsAll(failure)) stop ??= failure;
    failures.push({ itemIndex, failure });
  });
  const byItem = (a: { itemIndex: number }, b: { itemIndex: number }) => a.itemIndex - b.itemIndex;
  return { uploaded: uploaded.sort(byItem), failures: failures.sort(byItem) };
}
