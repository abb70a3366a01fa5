import type { MetadataField } from '../../../extend/intake/draft';

/** Options that concern the whole execution, as their expressions give them. */
export interface ExecutionOptions {
  addCorrelationMetadata?: boolean;
  dryRun?: boolean;
  includeConfidence?: boolean;
  includeInputData?: boolean;
  inputsPerBatch?: unknown;
  lookBackHours?: unknown;
  lookForLostSeconds?: unknown;
  maximumInputs?: unknown;
  onInvalidItems?: 'stop' | 'skip';
  onTimeLimit?: 'return' | 'fail';
  onUnknownOutcome?: 'report' | 'resend';
  timeLimitMinutes?: unknown;
  uploadsAtOnce?: unknown;
}

/** Options that may differ per item. */
export interface ItemOptions {
  deduplicationKey?: unknown;
  fileName?: unknown;
  outputs?: unknown;
  pdfPassword?: unknown;
  priority?: unknown;
  secrets?: { values?: MetadataField[] };
  usageTags?: unknown;
  version?: unknown;
}
