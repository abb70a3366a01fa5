import { NodeOperationError } from 'n8n-workflow';
import type { Job } from './job';
import { count, WORDS } from './words';

/**
 * n8n's setting Retry On Fail runs a node again as a whole, whatever it has done by then. An operation that starts work
 * that costs money refuses it, unless it recognises what it has submitted before.
 * @throws NodeOperationError
 */
export function refuseRetryOnFail({ node, starter, options, policy }: Job): void {
  if (!node.retryOnFail || policy.skipsDuplicates || options.dryRun) return;
  const { operation, retryAlternative } = WORDS[starter];
  throw new NodeOperationError(node, `${operation} does not work with the setting Retry On Fail`, {
    description: `n8n would run the whole node again and submit the same documents twice. Turn Retry On Fail off in the settings of the node: requests that certainly did nothing are sent again anyway.${retryAlternative} Nothing was sent.`,
  });
}

/** @throws NodeOperationError when more inputs would be sent than the user allows */
export function refuseTooMany({ node, limits: { maximumInputs } }: Job, given: number): void {
  if (maximumInputs === 0 || given <= maximumInputs) return;
  throw new NodeOperationError(node, `${count(given, 'input')}, but Maximum Inputs is ${maximumInputs.toLocaleString('en-US')}`, {
    description: 'Nothing was sent. Raise the option Maximum Inputs, or limit the items before this node.',
  });
}
