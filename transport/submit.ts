import type { Logger } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { ExtendApiFailure } from '../extend/api/errors';
import type { JsonObject } from '../extend/api/types';
import type { SubmitPort } from '../extend/submission/submit';
import type { ExtendClient } from './client';
import { dedupPort } from './runs';

/** How the domain submits batches from a node. What was accepted is logged: a stopped execution has no output. */
export const submitPort = (client: ExtendClient, logger: Logger): SubmitPort => ({
  ...dedupPort(client),
  newSubmissionKey: randomUUID,
  post: async (request, unless) => {
    const body = request as unknown as JsonObject;
    const answer = await client.request<{ batchId?: unknown }>({ method: 'POST', path: '/workflow_runs/batch', body, effect: 'start', unless });
    const { batchId } = answer;
    if (typeof batchId !== 'string' || batchId === '') {
      throw new ExtendApiFailure({ kind: 'unreadable', message: 'The answer has no batch ID' });
    }
    logger.info(`Extend accepted batch ${batchId} with ${request.inputs.length} inputs`);
    return batchId;
  },
});
