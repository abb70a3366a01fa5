import type { Extend } from 'extend-ai';
import type { StoredRun } from '../state';
import { type Content, classifyRun, extractRun, parseRun, splitRun } from './processorRuns';
import { valuesIn } from './values';

type Step = Extend.WorkflowStepDefinition;

/** The step runs of a processed document, one for each step of the workflow's version that has results. */
export function stepRunsOf(run: StoredRun, content: Content): Extend.StepRun[] {
  return run.version.steps.flatMap((step, i) => stepRunOf(run, content, step, i) ?? []);
}

function stepRunOf(run: StoredRun, content: Content, step: Step, index: number): Extend.StepRun | undefined {
  const base = {
    object: 'workflow_step_run' as const,
    id: `workflow_step_run_${run.id.slice('workflow_run_'.length)}${index}`,
    workflowRunId: run.id,
    status: 'PROCESSED' as const,
    files: run.files,
  };
  const named = { object: 'workflow_step' as const, id: `step_${run.version.id.slice(-8)}${index}`, name: step.name };
  switch (step.type) {
    case 'PARSE':
      return { ...base, stepType: 'PARSE', step: { ...named, type: 'PARSE' }, result: { parseRun: parseRun(run, content) } };
    case 'CLASSIFY': {
      const id = step.config?.classifier?.id;
      return { ...base, stepType: 'CLASSIFY', step: { ...named, type: 'CLASSIFY' }, result: { classifyRun: classifyRun(run, index, id) } };
    }
    case 'EXTRACT': {
      const result = { extractRun: extractRun(run, content, index, step.config?.extractor?.id) };
      return { ...base, stepType: 'EXTRACT', step: { ...named, type: 'EXTRACT' }, result };
    }
    case 'CONDITIONAL_EXTRACT': {
      const result = { extractRun: extractRun(run, content, index, step.config?.rules.at(-1)?.extractor.id) };
      return { ...base, stepType: 'CONDITIONAL_EXTRACT', step: { ...named, type: 'CONDITIONAL_EXTRACT' }, result };
    }
    case 'MERGE_EXTRACT': {
      const result = { mergedExtractors: [], extractRun: extractRun(run, content, index, undefined) };
      return { ...base, stepType: 'MERGE_EXTRACT', step: { ...named, type: 'MERGE_EXTRACT' }, result };
    }
    case 'SPLIT': {
      const result = { splitRun: splitRun(run, content, index, step.config?.splitter?.id) };
      return { ...base, stepType: 'SPLIT', step: { ...named, type: 'SPLIT' }, result };
    }
    case 'RULE_VALIDATION':
      return { ...base, stepType: 'RULE_VALIDATION', step: { ...named, type: 'RULE_VALIDATION' }, result: validation(step.config, content) };
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
function validation(config: Extend.RuleValidationStepDefinitionConfig | undefined, { text, pageCount }: Content): Extend.RuleValidationResult {
  const { total } = valuesIn(text, pageCount);
  const rules = (config?.rules ?? []).map(({ name, formula }): Extend.RuleValidationResultRulesItem => {
    const valid = formula === 'TRUE' || (formula !== 'FALSE' && total !== null);
    return valid ? { name, valid } : { name, valid, failureReason: 'RULE_FAILED', error: `${formula} does not hold` };
  });
  return { rules, allPassed: rules.every(({ valid }) => valid) };
}
