import type { INode, INodeExecutionData, NodeApiError } from 'n8n-workflow';
import { ExtendApiFailure, isAccountWide } from '../../../extend/api/errors';
import type { FileInput } from '../../../extend/api/types';
import { mapBounded } from '../../../extend/concurrency';
import type { CheckedInput, Upload, UploadedInput } from '../../../extend/intake/draft';
import { settle } from '../../../extend/settle';
import { uploadFile } from '../../../transport/upload';
import { failureItem } from '../../shared/errorItems';
import { toNodeError } from '../../shared/errors';
import type { Job } from './job';
import { count, WORDS } from './words';

interface UploadFailure {
  itemIndex: number;
  failure: ExtendApiFailure;
}

const UPLOAD_FAILED = 'The file could not be uploaded to Extend';

/**
 * Uploads the files of all inputs, a few at once.
 * @returns the inputs whose files Extend has, in order, and an error item for each other input
 * @throws NodeApiError when a failure ends the execution
 */
export async function upload(job: Job, inputs: CheckedInput[]): Promise<{ uploaded: UploadedInput[]; failed: INodeExecutionData[] }> {
  const results = await uploadFiles(job, inputs);
  const uploaded: UploadedInput[] = [];
  const failures: UploadFailure[] = [];
  for (const input of inputs) {
    const files = input.files.map((file) => ('upload' in file ? results.get(file.upload) : file));
    const failure = files.find((file) => file instanceof ExtendApiFailure);
    if (failure) failures.push({ itemIndex: input.itemIndex, failure });
    else if (files.every((file) => file !== undefined)) uploaded.push({ ...input, files: files as FileInput[] });
  }
  const worst = failures.find(({ failure }) => isAccountWide(failure)) ?? failures[0];
  if (worst && job.policy.ends(uploaded.length, failures.map(({ failure }) => failure))) throw uploadError(job, worst, failures.length);
  return { uploaded, failed: failures.map((failure) => uploadFailureItem(job.node, failure)) };
}

/** Each upload with its file, or with what it failed by. A file that several inputs share goes up once. */
async function uploadFiles({ context, client, limits, policy }: Job, inputs: CheckedInput[]): Promise<Map<Upload, FileInput | ExtendApiFailure>> {
  const shared = new Map<string, Promise<string>>();
  const uploadOnce = async (one: Upload): Promise<string> => {
    const { binary, name, password } = one;
    const send = async () => (await uploadFile(context, client, one)).id;
    if (binary.id === undefined) return await send();
    const key = JSON.stringify([binary.id, name, password]);
    const running = shared.get(key) ?? send();
    shared.set(key, running);
    return await running;
  };
  const uploads = inputs.flatMap(({ files }) => files.flatMap((file) => ('upload' in file ? file.upload : [])));
  const results = new Map<Upload, FileInput | ExtendApiFailure>();
  let stop: ExtendApiFailure | undefined;
  await mapBounded(uploads, limits.uploadsAtOnce, async (one) => {
    const { value: id, failure } = stop ? { failure: stop } : await settle(uploadOnce(one));
    if (failure && (policy.onFailure === 'stop' || isAccountWide(failure))) stop ??= failure;
    results.set(one, failure ?? { id: id as string });
  });
  return results;
}

function uploadError({ node, starter }: Job, { failure, itemIndex }: UploadFailure, failed: number): NodeApiError {
  if (isAccountWide(failure)) return toNodeError(node, failure, { itemIndex });
  const others = failed > 1 ? `${count(failed, 'upload')} failed or were not begun. ` : '';
  return toNodeError(node, failure, { title: UPLOAD_FAILED, advice: `${others}${WORDS[starter].nothingUploaded}`, itemIndex });
}

const uploadFailureItem = (node: INode, { failure, itemIndex }: UploadFailure): INodeExecutionData =>
  failureItem(node, failure, itemIndex, { title: UPLOAD_FAILED });
