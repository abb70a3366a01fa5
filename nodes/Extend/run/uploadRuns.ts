import type { IExecuteFunctions } from 'n8n-workflow';
import type { FileInput } from '../../../extend/api/types';
import type { UploadedRun } from '../../../extend/runs/start';
import type { CheckedRun } from '../../../extend/runs/validate';
import type { ExtendClient } from '../../../transport/client';
import { uploadAll, type UploadFailure } from '../pipeline/upload';

/**
 * Uploads the files of all runs, a few at once.
 * @returns the runs whose files Extend has, in order, and one failure for each other run
 */
export async function uploadRuns(
  context: IExecuteFunctions,
  client: ExtendClient,
  runs: CheckedRun[],
  options: { concurrency: number; goOn: boolean },
): Promise<{ uploaded: UploadedRun[]; failures: UploadFailure[] }> {
  const inputs = runs.flatMap(({ itemIndex, files }) => files.map((file) => ({ itemIndex, file })));
  const { uploaded, failures } = await uploadAll(context, client, inputs, options);
  const failed = new Map(failures.map((failure) => [failure.itemIndex, failure]));
  const files = new Map<number, FileInput[]>();
  for (const { itemIndex, file } of uploaded) files.set(itemIndex, [...(files.get(itemIndex) ?? []), file]);
  return {
    uploaded: runs.filter(({ itemIndex }) => !failed.has(itemIndex)).map((run) => ({ ...run, files: files.get(run.itemIndex) ?? [] })),
    failures: [...failed.values()],
  };
}
