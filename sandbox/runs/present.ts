import type { Extend } from 'extend-ai';
import type { State, StoredRun } from '../state';
import { toVersionSummary, toWorkflowSummary } from '../workflows/present';
import { changedAt, isOver, statusOf } from './status';
import { type PlannedStep, planOf } from './plan';
import { stepRunsOf } from './steps';
import { usageOfRun } from './usage';

const REVIEWER = 'reviewer@example.com';

const iso = (time: number): string => new Date(time).toISOString();

/** What lists and single runs show alike. */
function common(state: State, run: StoredRun, now: number) {
  const status = statusOf(state, run, now);
  const over = isOver(status);
  const reviewed = run.review !== undefined || status === 'REJECTED';
  return {
    object: 'workflow_run' as const,
    id: run.id,
    status,
    workflow: toWorkflowSummary(run.workflow),
    workflowVersion: toVersionSummary(run.version),
    dashboardUrl: `https://dashboard.extend.ai/workflows/${run.workflow.id}/runs/${run.id}`,
    batchId: run.batchId,
    files: run.files,
    initialRunAt: iso(run.createdAt),
    startTime: status === 'PENDING' ? null : iso(run.startsAt),
    endTime: over ? iso(run.cancelledAt ?? run.endsAt) : null,
    reviewedByUser: reviewed ? REVIEWER : null,
    reviewedAt: reviewed ? iso(run.review?.at ?? run.endsAt) : null,
    rejectionNote: status === 'REJECTED' ? 'The reviewer rejected the document' : null,
  };
}

/** A run as lists show it: without metadata, failure and results. */
export function toRunSummary(state: State, run: StoredRun, now = Date.now()): Extend.WorkflowRunSummary {
  const shared = common(state, run, now);
  return {
    ...shared,
    createdAt: iso(run.createdAt),
    updatedAt: iso(changedAt(run, now)),
    usage: isOver(shared.status) ? withoutBreakdown(usageOfRun(state.settings, run, donePlan(state, run, shared.status))) : null,
  };
}

function withoutBreakdown(usage: Extend.RunUsage | null): Extend.RunUsageSummary | null {
  if (usage) delete usage.breakdown;
  return usage;
}

/** The steps a run has been through to their end; none while it goes on, or when it has failed. */
function donePlan(state: State, run: StoredRun, status: Extend.WorkflowRunStatus): PlannedStep[] {
  const done = isOver(status) && status !== 'CANCELLED' && status !== 'FAILED';
  return done && run.reading && !('failure' in run.reading) ? planOf(state, run, run.reading) : [];
}

/** A run with everything. */
export function toRun(state: State, run: StoredRun, now = Date.now()): Extend.WorkflowRun {
  const shared = common(state, run, now);
  const { status } = shared;
  const over = isOver(status);
  const plan = donePlan(state, run, status);
  return {
    ...shared,
    // Whether it can be null is one of the unknowns; the SDK says it cannot.
    metadata: run.metadata as Extend.RunMetadata,
    ...failureOf(run, status),
    reviewed: shared.reviewedAt !== null,
    stepRuns: stepRunsOf(state, run, plan).map((stepRun) => placeType(stepRun, state.settings.unknowns.stepTypeAt)),
    usage: over ? usageOfRun(state.settings, run, plan) : null,
  };
}

function failureOf(run: StoredRun, status: Extend.WorkflowRunStatus): Pick<Extend.WorkflowRun, 'failureReason' | 'failureMessage'> {
  if (status !== 'FAILED') return { failureReason: null, failureMessage: null };
  if (run.reading && 'failure' in run.reading) return { failureReason: 'FAILED_TO_PROCESS_FILE', failureMessage: run.reading.failure };
  return { failureReason: 'DOCUMENT_PROCESSOR_ERROR', failureMessage: 'The document could not be processed' };
}

/** The definition names the kind of a step run in one place, samples in another. */
function placeType(stepRun: Extend.StepRun, where: 'stepRun' | 'step' | 'both'): Extend.StepRun {
  const { stepType, step, ...rest } = stepRun;
  const { type, ...namedStep } = step;
  return {
    ...rest,
    ...(where !== 'step' && { stepType }),
    step: where === 'stepRun' ? namedStep : { ...namedStep, type },
  } as Extend.StepRun;
}
