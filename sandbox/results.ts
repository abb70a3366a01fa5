import type { Extend } from 'extend-ai';
import { download, pageCountOf } from './documents';
import type { State, StoredRun } from './state';

const CREATED_BY = null;

/** What the document of a run says, as far as the sandbox can read. */
interface Reading {
  text: string;
  pageCount: number;
}

/** Reads a run's document, or says why that is not possible. */
export async function readDocument(state: State, run: StoredRun): Promise<Reading | { reason: string; message: string }> {
  const { input } = run;
  if ('text' in input) return { text: input.text, pageCount: 1 };
  if ('id' in input) {
    const file = state.files.get(input.id);
    if (!file) return { reason: 'FAILED_TO_PROCESS_FILE', message: 'The file does not exist any more' };
    return { text: file.name, pageCount: (await pageCountOf(file.bytes)) ?? 1 };
  }
  const bytes = await download(input.url);
  if (bytes === 'elsewhere' && state.options.nonLoopbackUrls === 'fake') return { text: input.url, pageCount: 1 };
  if (bytes === undefined || bytes === 'elsewhere') {
    return { reason: 'FAILED_TO_PROCESS_FILE', message: `The file could not be downloaded from ${input.url}` };
  }
  return { text: decodeURIComponent(input.url), pageCount: (await pageCountOf(bytes)) ?? 1 };
}

/** How a run ends, by words in its document; `FUTURE STATUS` gives one that no client knows. */
export function endingOf({ text }: Reading): Extend.WorkflowRunStatus {
  if (text.includes('NEEDS REVIEW')) return 'NEEDS_REVIEW';
  if (text.includes('REJECT')) return 'REJECTED';
  if (text.includes('FUTURE STATUS')) return 'ARCHIVED' as Extend.WorkflowRunStatus;
  return text.includes('FAIL') ? 'FAILED' : 'PROCESSED';
}

const match = (text: string, pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;

const extracted = (text: string): Record<string, unknown> => {
  const total = match(text, /total\D{0,3}(\d+(?:\.\d+)?)/i);
  return {
    invoiceNumber: match(text, /\b(INV[-_ ]?[\w-]*\d+)/i),
    total: total === null ? null : Number(total),
    currency: match(text, /\b(EUR|USD|GBP|CHF)\b/),
    vendor: match(text, /from ([A-Z][\w& ]+?)(?:,|\.|$| total)/i),
    characters: text.length,
  };
};

/** The step runs of a processed document in the SDK's shapes. */
export function stepRuns(state: State, run: StoredRun, reading: Reading): Extend.StepRun[] {
  const at = new Date(run.endsAt).toISOString();
  const suffix = run.id.slice('workflow_run_'.length);
  const [file] = run.files;
  const shared = { failureReason: null, failureMessage: null, metadata: null, usage: { credits: 1 } };
  const processor = {
    ...shared,
    status: 'PROCESSED' as const,
    reviewed: false,
    edited: false,
    initialOutput: null,
    reviewedOutput: null,
    file: file ?? null,
    parseRunId: `pr_${suffix}`,
    dashboardUrl: 'https://dashboard.extend.ai/runs',
    createdAt: at,
    updatedAt: at,
  };
  const summary = { createdAt: at, updatedAt: at, createdBy: CREATED_BY };
  const kind: Extend.ClassifyOutput = { id: 'cls_invoice', type: 'invoice', confidence: 0.97, insights: [] };
  const value: Extend.ExtractOutputJson = {
    value: { ...extracted(reading.text), pageCount: reading.pageCount } as Extend.JsonObject,
    metadata: { total: { ocrConfidence: 0.99, logprobsConfidence: 0.98, citations: [], insights: [] } },
  };
  const base = (name: string) => ({
    object: 'workflow_step_run' as const,
    id: `workflow_step_run_${suffix}_${name}`,
    workflowRunId: run.id,
    status: 'PROCESSED' as const,
    files: run.files,
  });
  const step = <T extends string>(name: string, type: T) => ({ object: 'workflow_step' as const, id: `step_${name}`, name, type });
  const parse: Extend.StepRun.Parse = {
    ...base('parse'),
    stepType: 'PARSE',
    step: step('Parse', 'PARSE'),
    result: {
      parseRun: {
        object: 'parse_run',
        id: `pr_${suffix}`,
        ...shared,
        file: file as Extend.FileSummary,
        status: 'PROCESSED',
        output: { chunks: [] },
        outputUrl: null,
        metrics: { processingTimeMs: 5, pageCount: reading.pageCount },
        config: {},
      },
    },
  };
  const classify: Extend.StepRun.Classify = {
    ...base('kind'),
    stepType: 'CLASSIFY',
    step: step('Kind', 'CLASSIFY'),
    result: {
      classifyRun: {
        object: 'classify_run',
        id: `clr_${suffix}`,
        ...processor,
        output: kind,
        initialOutput: kind,
        config: { classifications: [{ id: 'cls_invoice', type: 'invoice', description: 'An invoice' }] },
        classifier: { object: 'classifier', id: 'cl_invoices', name: 'Kind of document', ...summary },
        classifierVersion: null,
      },
    },
  };
  const extract: Extend.StepRun.Extract = {
    ...base('invoice'),
    stepType: 'EXTRACT',
    step: step('Invoice', 'EXTRACT'),
    result: {
      extractRun: {
        object: 'extract_run',
        id: `exr_${suffix}`,
        ...processor,
        output: value,
        initialOutput: value,
        edits: null,
        config: {} as Extend.ExtractConfig,
        extractor: { object: 'extractor', id: 'ex_invoice', name: 'Invoice', ...summary },
        extractorVersion: null,
        files: null,
      },
    },
  };
  const checks: Extend.StepRun.RuleValidation = {
    ...base('checks'),
    stepType: 'RULE_VALIDATION',
    step: step('Checks', 'RULE_VALIDATION'),
    result: { rules: [{ name: 'has total', valid: value.value.total !== null }], allPassed: value.value.total !== null },
  };
  return [parse, classify, extract, checks].map((stepRun) => placeType(stepRun, state.options.unknowns.stepTypeAt));
}

/** The contract names the kind of a step run in one place, its samples in another. */
function placeType(stepRun: Extend.StepRun, where: 'stepRun' | 'step' | 'both'): Extend.StepRun {
  if (where === 'stepRun') return { ...stepRun, step: { ...stepRun.step, type: undefined } } as Extend.StepRun;
  return (where === 'step' ? { ...stepRun, stepType: undefined } : stepRun) as Extend.StepRun;
}
