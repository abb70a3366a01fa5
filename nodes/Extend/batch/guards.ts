import { type IExecuteFunctions, type INode, NodeOperationError } from 'n8n-workflow';
import { concernsAll } from '../../../extend/api/errors';
import type { Origin } from '../../../extend/batch/validate';
import { toNodeError } from '../../../transport/nodeError';
import type { NodeError } from '../shared/errorItems';
import type { BatchOptions } from './readDrafts';
import { count } from './report';
import type { UploadFailure } from './uploadAll';

/** What every operation that starts runs does alike. */

export const DEFAULT_UPLOADS_AT_ONCE = 5;
export const DEFAULT_TIME_LIMIT_MINUTES = 60;
export const DEFAULT_LOOK_FOR_LOST_SECONDS = 60;

/** Where inputs come from; absent when the user wants no correlation metadata. */
export const originOf = (context: IExecuteFunctions, { addCorrelationMetadata = true }: BatchOptions): Origin | undefined =>
  addCorrelationMetadata ? { executionId: context.getExecutionId(), nodeName: context.getNode().name } : undefined;

/** n8n retries by running the whole node, whatever has been submitted by then. */
export const retryOnFailError = (node: INode, operation: string): NodeOperationError =>
  new NodeOperationError(node, `${operation} does not work with the setting Retry On Fail`, {
    description:
      'n8n would run the whole node again and submit the same documents twice. Turn Retry On Fail off in the settings of the node: requests that certainly did nothing are sent again anyway. Nothing was sent.',
  });

export const UPLOAD_FAILED = 'The file could not be uploaded to Extend';

/** @param consequence what was not started because of it */
export function uploadError(node: INode, { failure, itemIndex }: UploadFailure, failed: number, consequence: string): NodeError {
  const advice = `${failed > 1 ? `${count(failed, 'upload')} failed or were not begun. ` : ''}${consequence}`;
  return concernsAll(failure)
    ? toNodeError(node, failure, { itemIndex })
    : toNodeError(node, failure, { title: UPLOAD_FAILED, advice, itemIndex });
}
