import type { JsonObject, StepRun, WorkflowRun } from '../api/types';
import { readCorrelation, withoutCorrelation } from '../correlation';

const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as JsonObject | null | undefined)?.[key], value);

/** What a builder wants of a step: the answer, without the machinery around it. */
const VALUE_OF: Record<string, (result: JsonObject) => unknown> = {
  PARSE: (result) => ({
    parseRunId: at(result, 'parseRun', 'id') ?? null,
    pageCount: at(result, 'parseRun', 'metrics', 'pageCount') ?? null,
    outputUrl: at(result, 'parseRun', 'outputUrl') ?? null,
  }),
  EXTRACT: extractedValue,
  CONDITIONAL_EXTRACT: extractedValue,
  MERGE_EXTRACT: extractedValue,
  CLASSIFY: (result) => ({
    type: at(result, 'classifyRun', 'output', 'type') ?? null,
    confidence: at(result, 'classifyRun', 'output', 'confidence') ?? null,
  }),
  SPLIT: (result) =>
    ((at(result, 'splitRun', 'output', 'splits') as JsonObject[] | undefined) ?? []).map(
      ({ type, identifier, startPage, endPage, fileId }) => ({ type, identifier, startPage, endPage, fileId }),
    ),
  RULE_VALIDATION: (result) => ({
    allPassed: result.allPassed ?? null,
    failedRules: ((result.rules as JsonObject[] | undefined) ?? []).filter((rule) => !rule.valid).map((rule) => rule.name),
  }),
  EXTERNAL_DATA_VALIDATION: (result) => result.response ?? null,
};

/** Runs of processors with a legacy schema keep their output in another shape, which is passed on whole. */
function extractedValue(result: JsonObject): unknown {
  const output = at(result, 'extractRun', 'output');
  return at(output, 'value') ?? output ?? null;
}

function stepValue(step: StepRun): unknown {
  if (!step.result) return null;
  // The contract names the kind at the step run, the SDK's own samples read it one level down.
  const read = VALUE_OF[step.stepType ?? step.step?.type ?? ''];
  return read ? read(step.result) : step.result;
}

/** How sure Extend is of the values of an extraction step, by the path of the value; undefined for other steps. */
function confidenceOf(step: StepRun): JsonObject | undefined {
  const metadata = at(step.result, 'extractRun', 'output', 'metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  return Object.fromEntries(
    Object.entries(metadata as JsonObject).map(([path, value]) => [
      path,
      {
        ocr: at(value, 'ocrConfidence') ?? null,
        model: at(value, 'logprobsConfidence') ?? null,
        reviewScore: at(value, 'reviewAgentScore') ?? null,
      },
    ]),
  );
}

/** What is to be said of each step, by step name. A step that ran several times (after a split) gives a list. */
function byStep(steps: StepRun[], read: (step: StepRun) => unknown): JsonObject {
  const values = new Map<string, unknown[]>();
  for (const step of steps) {
    const value = read(step);
    if (value === undefined) continue;
    const name = step.step?.name ?? step.stepType ?? 'step';
    const list = values.get(name);
    if (list) list.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list]));
}

/**
 * What steps gave, by step name.
 * @param withConfidence adds how sure Extend is of each extracted value
 */
export const simplifySteps = (steps: StepRun[], withConfidence = false): JsonObject => ({
  outputs: byStep(steps, stepValue),
  ...(withConfidence && { confidence: byStep(steps, confidenceOf) }),
});

/**
 * A run as a builder wants it on an item; the item it came from is under `source`.
 * @param withConfidence adds how sure Extend is of each extracted value, by step name
 */
export function simplifyRun(run: WorkflowRun, withConfidence = false): JsonObject {
  const source = readCorrelation(run.metadata);
  return {
    workflowRunId: run.id,
    status: run.status,
    ...simplifySteps(run.stepRuns ?? [], withConfidence),
    files: (run.files ?? []).map(({ id, name, type, metadata }) => ({
      id,
      name,
      type: type ?? null,
      pageCount: metadata?.pageCount ?? null,
    })),
    metadata: withoutCorrelation(run.metadata),
    failureReason: run.failureReason ?? null,
    failureMessage: run.failureMessage ?? run.rejectionNote ?? null,
    batchId: run.batchId ?? null,
    dashboardUrl: run.dashboardUrl ?? null,
    ...(source && { source }),
  };
}
