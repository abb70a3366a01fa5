import type { Ledger } from './ledger';
import { statusOf } from './runs/status';
import type { State } from './state';

/** A copy of the books; what was sent is not copied in depth, for there may be a hundred thousand runs. */
export function readLedger(state: State): Ledger {
  const now = Date.now();
  return {
    requests: state.requests.map((request) => ({ ...request })),
    batches: [...state.batches.values()].map(({ batch }) => ({ ...batch, runIds: [...batch.runIds] })),
    runs: [...state.runs.values()].map((run) => ({
      id: run.id,
      batchId: run.batchId,
      status: statusOf(state, run, now),
      metadata: run.metadata ?? {},
      input: run.sent,
      fileIds: run.files.map(({ id }) => id),
    })),
    files: [...state.files.values()].map(({ id, name, bytes, sha256, pageCount, password }) => ({
      id,
      name,
      bytes,
      sha256,
      ...(pageCount !== undefined && { pageCount }),
      password,
    })),
    endpoints: [...state.endpoints.values()].map(({ id, url, name, status, enabledEvents }) => ({ id, url, name, status, enabledEvents })),
    subscriptions: [...state.subscriptions.values()].map(({ id, webhookEndpointId, resourceId, enabledEvents }) => ({
      id,
      webhookEndpointId,
      resourceId,
      enabledEvents,
    })),
    deliveries: state.deliveries.map((delivery) => ({ ...delivery })),
    downloads: state.downloads.map((download) => ({ ...download })),
    rateLimited: state.rateLimited,
    maxConcurrent: { ...state.maxConcurrent },
  };
}
