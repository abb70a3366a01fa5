import type { IExecuteFunctions } from 'n8n-workflow';
import { type ExtendApiFailure, isAccountWide } from '../../../extend/api/errors';
import type { Starter } from '../panel/option';
import type { ExecutionOptions, ItemOptions } from './givenOptions';

/** What to do when something goes wrong. Made once per execution. */
export interface Policy {
  /** `skip` sends the valid items and reports the others. */
  onInvalid: 'stop' | 'skip';
  /** `continue` sends what can be sent after a failure, and reports the rest. */
  onFailure: 'stop' | 'continue';
  onUnknown: 'report' | 'resend';
  onTimeLimit: 'return' | 'fail';
  /** Documents that were submitted before are recognised and skipped, so running the node again is safe. */
  skipsDuplicates: boolean;
  /**
   * Whether failures end the node. A refused token, or missing credits, is no fault of items: when nothing succeeded
   * because of it, only Continue On Fail goes on.
   * @param done inputs or requests that succeeded, or may have
   */
  ends(done: number, failures: ExtendApiFailure[]): boolean;
}

/** Whether the option is there, whatever its expression gives for an item. */
export const hasDeduplicationKey = (context: IExecuteFunctions): boolean =>
  (context.getNode().parameters.options as ItemOptions | undefined)?.deduplicationKey !== undefined;

export function policyOf(context: IExecuteFunctions, starter: Starter, options: ExecutionOptions, looksBack: boolean): Policy {
  const continueOnError = context.continueOnFail();
  // Each item of Run is a request of its own, so an invalid one stops no other with Continue On Fail.
  const skips = options.onInvalidItems === 'skip' || (starter === 'run' && continueOnError);
  const continues = skips || continueOnError;
  return {
    onInvalid: skips ? 'skip' : 'stop',
    onFailure: continues ? 'continue' : 'stop',
    onUnknown: options.onUnknownOutcome ?? 'report',
    onTimeLimit: options.onTimeLimit ?? 'return',
    skipsDuplicates: looksBack && hasDeduplicationKey(context),
    ends: (done, failures) => failures.length > 0 && (!continues || (done === 0 && !continueOnError && failures.some(isAccountWide))),
  };
}
