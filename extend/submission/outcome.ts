import type { ExtendApiFailure } from '../api/errors';
import type { Run } from '../api/types';
import type { UploadedInput } from '../intake/draft';
import type { WhyUnknown } from './findLost';
import type { Chunk } from './plan';

/** What Extend took, as far as its answer names it. */
export interface Acceptance {
  batchId?: string;
  runIds?: string[];
  /** The run itself, when it was started alone. */
  run?: Run;
}

/**
 * How the submission of some inputs ended.
 * - `accepted`: their runs exist
 * - `rejected`: Extend said no; nothing was created
 * - `unknown`: no clear answer came and no trace was found; the runs may exist, so they are not sent again
 * - `notSent`: an earlier request failed in a way that made sending this one pointless
 */
export type Outcome = { chunk: Chunk<UploadedInput>; submissionKey: string } & (
  | ({ kind: 'accepted' } & Acceptance)
  | {
      kind: 'rejected';
      failure: ExtendApiFailure;
      /** They were refused together, after too many others to try each alone: some of them may be fine. */
      untried?: boolean;
    }
  | {
      kind: 'unknown';
      failure: ExtendApiFailure;
      why: WhyUnknown;
      /** Key of a second submission that was not accepted either. */
      resent?: string;
    }
  | { kind: 'notSent'; failure: ExtendApiFailure }
);

export type Accepted = Extract<Outcome, { kind: 'accepted' }>;
export type Failed = Exclude<Outcome, Accepted>;

export const isAccepted = (outcome: Outcome): outcome is Accepted => outcome.kind === 'accepted';
export const isFailed = (outcome: Outcome): outcome is Failed => outcome.kind !== 'accepted';
