import type { Extend } from 'extend-ai';
import type { State, StoredRun } from '../state';
import { parseOutput } from './parseOutput';
import type { Part, Subject } from './parts';
import { idOf, isUnreadable, usageOfStep } from './usage';
import { valuesIn } from './values';

/** One step at work on one subject. */
export interface Job {
  state: State;
  run: StoredRun;
  stepType: string;
  index: number;
  subject: Subject;
}

/** What runs of extractors, classifiers and splitters have in common. */
function processorRun({ state, run, stepType, index, subject }: Job, id: string) {
  const at = new Date(run.endsAt).toISOString();
  const { files } = subject;
  return {
    id,
    status: 'PROCESSED' as Extend.ProcessorRunStatus,
    reviewed: false,
    edited: false,
    reviewedOutput: null,
    failureReason: null,
    failureMessage: null,
    metadata: null,
    file: files.length === 1 ? (files[0] ?? null) : null,
    parseRunId: idOf('pr', run, run.version.steps.findIndex(({ type }) => type === 'PARSE'), { key: '' }),
    dashboardUrl: `https://dashboard.extend.ai/runs/${id}`,
    usage: usageOfStep(state.settings, run, stepType, index, subject),
    createdAt: at,
    updatedAt: at,
  };
}

const processor = (run: StoredRun, id: string, name: string) => ({
  id,
  name,
  createdAt: run.workflow.createdAt,
  updatedAt: run.workflow.updatedAt,
  createdBy: null,
});

export function parseRun({ state, run, index, subject }: Job, config: Extend.ParseConfig = {}): Extend.ParseRun {
  const id = idOf('pr', run, index, subject);
  return {
    object: 'parse_run',
    id,
    // Only batches of parse runs have an ID here.
    batchId: null,
    file: subject.files[0] as Extend.FileSummary,
    status: 'PROCESSED',
    failureReason: null,
    failureMessage: null,
    metadata: null,
    ...parseOutput(state, id, subject.content, config),
    metrics: { processingTimeMs: run.endsAt - run.startsAt, pageCount: subject.content.pages.length },
    config,
    usage: usageOfStep(state.settings, run, 'PARSE', index, subject),
  };
}

export function extractRun(job: Job, extractorId: string | undefined): Extend.ExtractRun {
  const { run, index, subject } = job;
  const { text, pages } = subject.content;
  const given = extractorId === undefined ? undefined : run.outputs.get(extractorId);
  const value = given && 'value' in given ? given.value : valuesIn(text, pages.length);
  const output: Extend.ExtractOutputJson = {
    value: value as Extend.JsonObject,
    metadata: { total: { ocrConfidence: 0.99, logprobsConfidence: 0.98, citations: [], insights: [] } },
  };
  return {
    object: 'extract_run',
    ...processorRun(job, idOf('exr', run, index, subject)),
    ...(isUnreadable(subject)
      ? { status: 'FAILED', output: null, initialOutput: null, usage: null, failureReason: 'PARSING_ERROR', failureMessage: 'Nothing in the document can be read' }
      : { output, initialOutput: output }),
    edits: null,
    config: { baseProcessor: 'extraction_performance', schema: { type: 'object' } },
    extractor: extractorId === undefined ? null : { object: 'extractor', ...processor(run, extractorId, 'Invoice') },
    extractorVersion: null,
    files: subject.files.length > 1 ? subject.files : null,
  };
}

export function classifyRun(job: Job, classifierId: string | undefined): Extend.ClassifyRun {
  const { run, index, subject } = job;
  const given = classifierId === undefined ? undefined : run.outputs.get(classifierId);
  const kind = given && 'type' in given ? { id: given.id, type: given.type } : { id: 'cls_invoice', type: 'invoice' };
  const output: Extend.ClassifyOutput = { ...kind, confidence: 0.97, insights: [] };
  return {
    object: 'classify_run',
    ...processorRun(job, idOf('clr', run, index, subject)),
    output,
    initialOutput: output,
    config: { classifications: [{ ...kind, description: 'What the document is' }] },
    classifier: classifierId === undefined ? null : { object: 'classifier', ...processor(run, classifierId, 'Kind') },
    classifierVersion: null,
  };
}

export function splitRun(job: Job, parts: Part[], config: Extend.SplitStepDefinitionConfig = {}): Extend.SplitRun {
  const { run, index, subject } = job;
  const { splitter, splitterConfig } = config;
  const output: Extend.SplitOutput = { splits: parts.map(({ split }) => split) };
  return {
    object: 'split_run',
    ...processorRun(job, idOf('splr', run, index, subject)),
    output,
    initialOutput: output,
    config: splitterConfig ?? { splitClassifications: [{ id: 'cls_invoice', type: 'invoice', description: 'An invoice' }] },
    splitter: splitter ? { object: 'splitter', ...processor(run, splitter.id, 'Parts') } : null,
    splitterVersion: null,
  };
}
