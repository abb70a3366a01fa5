import type { Logger } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { ExtendApiFailure } from '../extend/api/errors';
import { isTerminal } from '../extend/api/statuses';
import type { JsonObject, Run, RunSummary } from '../extend/api/types';
import type { RunKind } from '../extend/kinds/kind';
import type { CancelPort } from '../extend/results/cancel';
import type { CollectPort } from '../extend/results/collect';
import { settle } from '../extend/settle';
import type { LostPort } from '../extend/submission/findLost';
import type { SubmitPort } from '../extend/submission/submit';
import type { Submitter } from '../extend/submission/submitters';
import { type ExtendClient, path } from './client';
import { pause } from './pause';

const pathOf = ({ path: collection }: RunKind, id: string): string => collection + path`/${id}`;

export const getRun = async (client: ExtendClient, kind: RunKind, id: string): Promise<Run> =>
  await client.request<Run>({ method: 'GET', path: pathOf(kind, id), effect: 'read' });

/** @returns the run as it is now */
export const updateRun = async (client: ExtendClient, kind: RunKind, id: string, body: JsonObject): Promise<Run> =>
  await client.request<Run>({ method: 'POST', path: pathOf(kind, id), body, effect: 'write' });

export const deleteRun = async (client: ExtendClient, kind: RunKind, id: string): Promise<void> => {
  await client.request({ method: 'DELETE', path: pathOf(kind, id), effect: 'write' });
};

/** A run that cannot be cancelled, because there is nothing left to stop. */
export class RunHasEnded extends ExtendApiFailure {
  constructor(status: string, refusal: ExtendApiFailure) {
    super({ ...refusal, message: `The run has ended as ${status} and cannot be cancelled any more` });
  }
}

/**
 * Asks a run to stop; one that is being cancelled already is fine, because an earlier request may have done it and lost
 * its answer.
 * @returns the run's status now
 * @throws RunHasEnded, or another ExtendApiFailure
 */
export async function cancelRun(client: ExtendClient, kind: RunKind, id: string): Promise<string> {
  const { value, failure } = await settle(client.request<Run>({ method: 'POST', path: `${pathOf(kind, id)}/cancel`, effect: 'write' }));
  if (value) return value.status;
  // Which status refuses the cancel of a run that has ended is not documented: the run itself tells.
  if (failure.status === undefined || ![400, 409, 422].includes(failure.status)) throw failure;
  const { status } = await getRun(client, kind, id);
  if (status === 'CANCELLING' || status === 'CANCELLED') return status;
  if (!isTerminal(status)) throw failure;
  throw new RunHasEnded(status, failure);
}

/**
 * Every run of a batch. Sorted by creation, which does not change while runs do; a run that shows up on
 * two pages all the same counts once.
 */
async function listRuns(client: ExtendClient, kind: RunKind, batchId: string): Promise<RunSummary[]> {
  const runs = new Map<string, RunSummary>();
  for await (const run of client.list<RunSummary>(kind.path, { batchId, sortBy: 'createdAt', sortDir: 'asc' })) runs.set(run.id, run);
  return [...runs.values()];
}

/** How the domain reads the runs of a kind from a node. */
export const collectPort = (client: ExtendClient, kind: RunKind): CollectPort => ({
  listRuns: async (batchId) => await listRuns(client, kind, batchId),
  getRun: async (id) => await getRun(client, kind, id),
  sleep: async (ms) => await pause(ms, client.signal),
  now: () => Date.now(),
});

export const cancelPort = (client: ExtendClient, kind: RunKind): CancelPort => ({
  ...collectPort(client, kind),
  cancel: async (id) => await cancelRun(client, kind, id),
});

/** How the domain looks for runs of earlier submissions. */
export const lostPort = (client: ExtendClient, kind: RunKind): LostPort => ({
  ...collectPort(client, kind),
  newestRuns: (targetId) => client.pages<RunSummary>(kind.path, { [`${kind.target}Id`]: targetId, sortBy: 'createdAt', sortDir: 'desc' }),
  clockAheadMs: () => client.clockAheadMs,
});

/** How the domain starts runs from a node. Accepted batches are logged: a stopped execution has no output. */
export const submitPort = (client: ExtendClient, submitter: Submitter, logger: Logger): SubmitPort => ({
  ...lostPort(client, submitter.kind),
  newSubmissionKey: randomUUID,
  post: async (body, inputs, unless) => {
    const answer = await client.request<JsonObject>({ method: 'POST', path: submitter.path, body, effect: 'start', unless });
    const acceptance = submitter.acceptanceOf(answer);
    if (!acceptance) throw new ExtendApiFailure({ kind: 'unreadable', message: 'The answer does not name what was started' });
    if (acceptance.batchId) logger.info(`Extend accepted batch ${acceptance.batchId} with ${inputs} inputs`);
    return acceptance;
  },
});
