import type { Starter } from '../panel/option';

/** How an operation that starts runs speaks of its work. */
interface Words {
  /** Label of the operation. */
  operation: string;
  unit: [one: string, many: string];
  /** Status of an error item whose document was submitted all the same. */
  submittedStatus: string;
  nothingUploaded: string;
  noneAccepted: string;
  accepted: string;
  submitsTwice: string;
  unknownTitle: string;
  notSentTitle: string;
  unreadableTitle: string;
  /** Operation that returns the results later. */
  getLater: string;
  retryAlternative: string;
}

export const WORDS: Record<Starter, Words> = {
  batchRun: {
    operation: 'Batch Run',
    unit: ['batch', 'batches'],
    submittedStatus: 'submitted',
    nothingUploaded: 'No batch was submitted.',
    noneAccepted: 'No batch was accepted.',
    accepted: 'Already accepted',
    submitsTwice: 'running the node again would submit them twice',
    unknownTitle: 'It is unknown whether Extend took this batch',
    notSentTitle: 'The input was not sent, because an earlier batch failed',
    unreadableTitle: 'The batches were submitted, but their results cannot be read',
    getLater: 'Get Batch Results',
    retryAlternative:
      ' Or add the option Deduplication Key (with Look Back above 0), by which documents that were submitted already are skipped.',
  },
  run: {
    operation: 'Run',
    unit: ['run', 'runs'],
    submittedStatus: 'started',
    nothingUploaded: 'No run was started.',
    noneAccepted: 'No run was started.',
    accepted: 'Already started',
    submitsTwice: 'running the node again would start them twice',
    unknownTitle: 'It is unknown whether Extend started this run',
    notSentTitle: 'The run was not started, because an earlier one failed',
    unreadableTitle: 'The runs were started, but their results cannot be read',
    getLater: 'Get',
    retryAlternative: '',
  },
};

/** Batches or runs named in the text of an error; the rest is hinted at. */
export const NAMES_SHOWN = 20;

/** A number with its noun. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** What running the node again would do to documents that were submitted. */
export const repeatAdvice = (starter: Starter, skipsDuplicates: boolean): string =>
  skipsDuplicates ? 'running the node again skips them' : WORDS[starter].submitsTwice;
