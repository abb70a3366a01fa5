import type { Extend } from 'extend-ai';
import { ApiError, notFound } from './apiError';
import { typeOf } from './documents';
import { newId } from './ids';
import { endingOf, readDocument, stepRuns } from './results';
import type { State, StoredRun, StoredWorkflow } from './state';

const iso = (time: number): string => new Date(time).toISOString();

/** The version a run uses: a number, the draft, or the latest published one. */
export function resolveVersion(workflow: StoredWorkflow, version: string | undefined): string {
  if (version === undefined) return workflow.versions.length === 0 ? 'draft' : String(workflow.versions.length);
  if (version === 'draft' || workflow.versions[Number(version) - 1]) return version;
  throw notFound('Workflow version', version);
}

export function findWorkflow(state: State, id: string): StoredWorkflow {
  const workflow = state.workflows.get(id);
  if (!workflow) throw notFound('Workflow', id);
  return workflow;
}

const nameOf = (input: Extend.WorkflowRunsCreateRequestFile, id: string): string => {
  if ('id' in input) return id;
  if (input.name) return input.name;
  return 'url' in input ? (new URL(input.url).pathname.split('/').pop() ?? '') || 'document' : `${id}.txt`;
};

function fileOf(state: State, input: Extend.WorkflowRunsCreateRequestFile): Extend.FileSummary {
  const now = new Date().toISOString();
  if ('id' in input) {
    const stored = state.files.get(input.id);
    if (!stored) throw notFound('File', input.id);
    const { id, name, type, createdAt } = stored;
    return { object: 'file', id, name, type, parentFileId: null, metadata: {}, createdAt, updatedAt: createdAt };
  }
  const id = newId('file');
  const name = nameOf(input, id);
  const type = 'text' in input ? 'TXT' : typeOf(name);
  return { object: 'file', id, name, type, parentFileId: null, metadata: {}, createdAt: now, updatedAt: now };
}

/** When a place for one more run is free: at once, as long as fewer than allowed are processed. */
function nextStart(state: State, now: number): number {
  const { runsAtOnce, runMs } = state.options;
  if (state.lanes.length < runsAtOnce) {
    if (Number.isFinite(runsAtOnce)) state.lanes.push(now + runMs);
    return now;
  }
  const index = state.lanes.indexOf(Math.min(...state.lanes));
  const start = Math.max(now, state.lanes[index] ?? now);
  state.lanes[index] = start + runMs;
  return start;
}

/** What a run is started with. */
export interface NewRun {
  workflow: StoredWorkflow;
  version: string;
  batchId: string | null;
  input: Extend.WorkflowRunsCreateRequestFile;
  metadata?: Record<string, unknown>;
}

export function createRun(state: State, { workflow, version, batchId, input, metadata }: NewRun): StoredRun {
  const createdAt = Date.now();
  const startsAt = nextStart(state, createdAt);
  const run: StoredRun = {
    id: newId('workflow_run'),
    batchId,
    workflowId: workflow.id,
    version,
    input,
    files: [fileOf(state, input)],
    metadata: metadata ?? (state.options.unknowns.nullMetadata ? null : {}),
    createdAt,
    startsAt,
    endsAt: startsAt + state.options.runMs,
    announced: false,
  };
  state.runs.set(run.id, run);
  return run;
}

/** The words that decide an ending are in what was sent, so a list needs no download. */
const wordsOf = ({ input, files }: StoredRun): string =>
  'text' in input ? input.text : 'url' in input ? decodeURIComponent(input.url) : (files[0]?.name ?? '');

/** The status a run has now. */
export function statusOf(run: StoredRun, now = Date.now()): Extend.WorkflowRunStatus {
  if (run.cancelledAt !== undefined) return now < run.cancelledAt + 20 ? 'CANCELLING' : 'CANCELLED';
  if (now < run.startsAt) return 'PENDING';
  if (now < run.endsAt) return 'PROCESSING';
  return run.ending?.status ?? endingOf({ text: wordsOf(run), pageCount: 1 });
}

export const isOver = (status: string): boolean => !['PENDING', 'PROCESSING', 'CANCELLING'].includes(status);

function summaries(state: State, run: StoredRun) {
  const { id, name, createdAt, updatedAt, versions, draftId } = findWorkflow(state, run.workflowId);
  const version = versions[Number(run.version) - 1];
  return {
    workflow: { object: 'workflow', id, name, createdAt, updatedAt, createdBy: null },
    workflowVersion: {
      object: 'workflow_version',
      id: version?.id ?? draftId,
      version: run.version,
      name: version?.name ?? null,
      createdAt: version?.createdAt ?? createdAt,
      createdBy: null,
    },
  } as const;
}

const times = (run: StoredRun, status: string) => ({
  initialRunAt: iso(run.createdAt),
  startTime: status === 'PENDING' ? null : iso(run.startsAt),
  endTime: isOver(status) ? iso(run.endsAt) : null,
});

/** A run as lists show it: without metadata, failure and results. */
export function toSummary(state: State, run: StoredRun): Extend.WorkflowRunSummary {
  const status = statusOf(run);
  return {
    object: 'workflow_run',
    id: run.id,
    status,
    ...summaries(state, run),
    dashboardUrl: `https://dashboard.extend.ai/workflows/${run.id}`,
    reviewedByUser: null,
    reviewedAt: null,
    ...times(run, status),
    batchId: run.batchId,
    rejectionNote: status === 'REJECTED' ? 'The reviewer rejected the document' : null,
    files: run.files,
    createdAt: iso(run.createdAt),
    updatedAt: iso(isOver(status) ? run.endsAt : run.createdAt),
    usage: isOver(status) ? { credits: 4 } : null,
  };
}

/** A run with everything; its document is read when somebody first looks at the result. */
export async function toRun(state: State, run: StoredRun): Promise<Extend.WorkflowRun> {
  const done = isOver(statusOf(run)) && run.cancelledAt === undefined;
  const reading = done ? await readDocument(state, run) : undefined;
  if (reading && 'reason' in reading) run.ending = { status: 'FAILED', ...reading };
  const status = statusOf(run);
  const readable = reading && 'text' in reading ? reading : undefined;
  if (readable) run.files = run.files.map((file) => ({ ...file, metadata: { pageCount: readable.pageCount } }));
  const failed = status === 'FAILED';
  return {
    object: 'workflow_run',
    id: run.id,
    ...summaries(state, run),
    dashboardUrl: `https://dashboard.extend.ai/workflows/${run.id}`,
    status,
    metadata: run.metadata as Record<string, unknown>,
    batchId: run.batchId,
    files: run.files,
    failureReason: failed ? (run.ending?.reason ?? 'INTERNAL_ERROR') : null,
    failureMessage: failed ? (run.ending?.message ?? 'The document could not be processed') : null,
    ...times(run, status),
    reviewedByUser: null,
    reviewed: status === 'REJECTED',
    rejectionNote: status === 'REJECTED' ? 'The reviewer rejected the document' : null,
    reviewedAt: null,
    stepRuns: readable && !failed ? stepRuns(state, run, readable) : [],
    usage: isOver(status) ? { credits: 4 } : null,
  };
}

export function findRun(state: State, id: string): StoredRun {
  const run = state.runs.get(id);
  if (!run) throw notFound('Workflow run', id);
  return run;
}

export function cancelRun(run: StoredRun): void {
  const status = statusOf(run);
  if (status !== 'PENDING' && status !== 'PROCESSING') {
    throw new ApiError(400, 'INVALID_REQUEST', `Workflow run ${run.id} is in the terminal status ${status} and cannot be cancelled`);
  }
  run.cancelledAt = Date.now();
}
