import { type INode, NodeOperationError } from 'n8n-workflow';

/**
 * n8n's setting Retry On Fail runs a node again as a whole, whatever it has done by then. An operation that starts work
 * that costs money refuses it, unless it recognises what it has submitted before.
 * @param operation label of the operation
 * @param recognises whether the operation skips inputs that were submitted already; absent where it cannot
 */
export const retryOnFailError = (node: INode, operation: string, recognises?: boolean): NodeOperationError | undefined =>
  node.retryOnFail && !recognises
    ? new NodeOperationError(node, `${operation} does not work with the setting Retry On Fail`, {
        description: `n8n would run the whole node again and submit the same documents twice. Turn Retry On Fail off in the settings of the node: requests that certainly did nothing are sent again anyway.${recognises === undefined ? '' : ' Or add the option Deduplication Key (with Look Back above 0), by which documents that were submitted already are skipped.'} Nothing was sent.`,
      })
    : undefined;
