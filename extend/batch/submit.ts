import { type ExtendApiFailure, failureOf } from '../api/errors';
import type { BatchInput, BatchRequest, FileInput } from '../api/types';
import { mapBounded } from '../concurrency';
import { withCorrelation } from './correlate';
import type { CheckedInput } from './draft';
import type { Chunk } from './plan';
import type { Origin } from './validate';

/** A checked input whose file Extend can have. */
export type UploadedInput = Omit<CheckedInput, 'file'> & { file: FileInput };

/**
 * How the submission of one chunk ended.
 * - `accepted`: its runs exist
 * - `rejected`: Extend said no; nothing was created
 * - `unknown`: no clear answer came; the runs may exist, so it is not sent again
 * - `notSent`: an earlier chunk failed in a way that made sending this one pointless
 */
export type Outcome = { chunk: Chunk<UploadedInput>; submission: string } & (
  | { kind: 'accepted'; batchId: string }
  | { kind: 'rejected' | 'unknown' | 'notSent'; failure: ExtendApiFailure }
);

export interface SubmitPort {
  /** Sends the request once (again only after 429) and returns the batch id. */
  post(request: BatchRequest): Promise<string>;
  newSubmissionKey(): string;
}

export interface SubmitOptions {
  /** Adds correlation metadata to every input. */
  origin?: Origin;
  /** Requests in flight at once. */
  concurrency: number;
  /** Begins no further chunk after any failure, not only after one that concerns all chunks. */
  stopAtFirstFailure: boolean;
}

/** A 4xx answer created nothing. 408 is the exception: the server gave up waiting, in whatever state. */
const isRejection = ({ status = 0, neverSent }: ExtendApiFailure): boolean =>
  neverSent === true || (status >= 400 && status < 500 && status !== 408);

/** Token, credits, permission: what refused this chunk refuses every other. */
export const concernsAll = ({ status }: ExtendApiFailure): boolean => status === 401 || status === 402 || status === 403;

const toRequest = (chunk: Chunk<UploadedInput>, submission: string, origin?: Origin): BatchRequest => ({
  workflow: chunk.workflow,
  inputs: chunk.inputs.map(({ itemIndex, file, metadata, secrets }): BatchInput => {
    const sent = origin ? withCorrelation(metadata, { ...origin, itemIndex, submission }) : metadata;
    return { file, ...(sent && { metadata: sent }), ...(secrets && { secrets }) };
  }),
  ...(chunk.priority !== undefined && { priority: chunk.priority }),
});

/**
 * Submits every chunk, a few at once.
 * @returns one outcome per chunk, in the order of the chunks; API failures are outcomes, not errors
 */
export async function submit(
  chunks: Array<Chunk<UploadedInput>>,
  port: SubmitPort,
  { origin, concurrency, stopAtFirstFailure }: SubmitOptions,
): Promise<Outcome[]> {
  let stop: ExtendApiFailure | undefined;
  return await mapBounded(chunks, concurrency, async (chunk): Promise<Outcome> => {
    const submission = port.newSubmissionKey();
    if (stop) return { kind: 'notSent', chunk, submission, failure: stop };
    let batchId = '';
    const post = async () => (batchId = await port.post(toRequest(chunk, submission, origin)));
    const failure = await failureOf(post());
    if (!failure) return { kind: 'accepted', chunk, submission, batchId };
    if (stopAtFirstFailure || concernsAll(failure)) stop ??= failure;
    return { kind: isRejection(failure) ? 'rejected' : 'unknown', chunk, submission, failure };
  });
}
