import type { Extend } from 'extend-ai';
import type { State, StoredRun } from '../state';
import type { Subject } from './parts';
import type { PlannedStep } from './plan';
import { classifyRun, extractRun, type Job, parseRun, splitRun } from './processorRuns';
import { idOf } from './usage';
import { valuesIn } from './values';

/** The step runs of a processed document, for each step that has results and each document or part it worked on. */
export function stepRunsOf(state: State, run: StoredRun, plan: PlannedStep[]): Extend.StepRun[] {
  const { failedStepRun } = state.settings.unknowns;
  return plan
    .flatMap((planned) => outOfOrder(planned.subjects).flatMap((subject) => stepRunOf(state, run, planned, subject) ?? []))
    .filter(({ status }) => failedStepRun !== 'missing' || status !== 'FAILED')
    .map((stepRun) => (failedStepRun === 'withoutResult' && stepRun.status === 'FAILED' ? { ...stepRun, result: null } : stepRun));
}

/** Parts are processed at the same time, so their results come in an order that is neither theirs nor the reverse of it. */
const outOfOrder = (subjects: Subject[]): Subject[] => [...subjects.slice(1), ...subjects.slice(0, 1)];

function stepRunOf(state: State, run: StoredRun, { step, index, parts }: PlannedStep, subject: Subject): Extend.StepRun | undefined {
  const job: Job = { state, run, stepType: step.type, index, subject };
  const base = {
    object: 'workflow_step_run' as const,
    id: idOf('workflow_step_run', run, index, subject),
    workflowRunId: run.id,
    status: 'PROCESSED' as Extend.StepRunBaseStatus,
    files: subject.files,
  };
  const named = { object: 'workflow_step' as const, id: `step_${run.version.id.slice(-8)}${index}`, name: step.name };
  const extracted = (extractorId: string | undefined) => {
    const made = extractRun(job, extractorId);
    return { ...base, status: made.status, result: { extractRun: made } };
  };
  switch (step.type) {
    case 'PARSE':
      return { ...base, stepType: 'PARSE', step: { ...named, type: 'PARSE' }, result: { parseRun: parseRun(job, step.config?.parseConfig) } };
    case 'CLASSIFY': {
      const result = { classifyRun: classifyRun(job, step.config?.classifier?.id) };
      return { ...base, stepType: 'CLASSIFY', step: { ...named, type: 'CLASSIFY' }, result };
    }
    case 'EXTRACT':
      return { ...extracted(step.config?.extractor?.id), stepType: 'EXTRACT', step: { ...named, type: 'EXTRACT' } };
    case 'CONDITIONAL_EXTRACT':
      return { ...extracted(step.config?.rules.at(-1)?.extractor.id), stepType: 'CONDITIONAL_EXTRACT', step: { ...named, type: 'CONDITIONAL_EXTRACT' } };
    case 'MERGE_EXTRACT': {
      const { result, ...rest } = extracted(undefined);
      return { ...rest, stepType: 'MERGE_EXTRACT', step: { ...named, type: 'MERGE_EXTRACT' }, result: { mergedExtractors: [], ...result } };
    }
    case 'SPLIT': {
      const result = { splitRun: splitRun(job, parts.get(subject) ?? [], step.config) };
      return { ...base, stepType: 'SPLIT', step: { ...named, type: 'SPLIT' }, result };
    }
    case 'RULE_VALIDATION':
      return { ...base, stepType: 'RULE_VALIDATION', step: { ...named, type: 'RULE_VALIDATION' }, result: validation(step.config, subject) };
    case 'EXTERNAL_DATA_VALIDATION': {
      // Nobody is asked: the sandbox contacts nothing but this machine.
      const result = { response: { status: 200, data: {} } };
      return { ...base, stepType: 'EXTERNAL_DATA_VALIDATION', step: { ...named, type: 'EXTERNAL_DATA_VALIDATION' }, result };
    }
    default:
      return undefined;
  }
}

/** A rule holds when a total was found, unless its formula says outright what it is. */
function validation(config: Extend.RuleValidationStepDefinitionConfig | undefined, { content }: Subject): Extend.RuleValidationResult {
  const { total } = valuesIn(content.text, content.pages.length);
  const rules = (config?.rules ?? []).map(({ name, formula }): Extend.RuleValidationResultRulesItem => {
    const valid = formula === 'TRUE' || (formula !== 'FALSE' && total !== null);
    return valid ? { name, valid } : { name, valid, failureReason: 'RULE_FAILED', error: `${formula} does not hold` };
  });
  return { rules, allPassed: rules.every(({ valid }) => valid) };
}
