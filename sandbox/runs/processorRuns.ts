import type { Extend } from 'extend-ai';
import type { StoredRun } from '../state';
import { valuesIn } from './values';

/** What a run's documents say. */
export interface Content {
  text: string;
  pageCount: number;
}

const MAX_CHUNK_CHARACTERS = 2000;

const idOf = (prefix: string, run: StoredRun, index: number): string => `${prefix}_${run.id.slice('workflow_run_'.length)}${index}`;

/** What runs of extractors, classifiers and splitters have in common. */
function processorRun(run: StoredRun, id: string) {
  const at = new Date(run.endsAt).toISOString();
  return {
    id,
    status: 'PROCESSED' as const,
    reviewed: false,
    edited: false,
    reviewedOutput: null,
    failureReason: null,
    failureMessage: null,
    metadata: null,
    file: run.files.length === 1 ? (run.files[0] ?? null) : null,
    parseRunId: idOf('pr', run, 0),
    dashboardUrl: `https://dashboard.extend.ai/runs/${id}`,
    usage: { credits: 1 },
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

export function parseRun(run: StoredRun, { text, pageCount }: Content): Extend.ParseRun {
  const chunk: Extend.Chunk = {
    object: 'chunk',
    type: 'document',
    content: text.slice(0, MAX_CHUNK_CHARACTERS),
    metadata: { pageRange: { start: 1, end: pageCount } },
    blocks: [],
  };
  return {
    object: 'parse_run',
    id: idOf('pr', run, 0),
    file: run.files[0] as Extend.FileSummary,
    status: 'PROCESSED',
    failureReason: null,
    failureMessage: null,
    metadata: null,
    output: { chunks: [chunk] },
    outputUrl: null,
    metrics: { processingTimeMs: run.endsAt - run.startsAt, pageCount },
    config: {},
    usage: { credits: pageCount },
  };
}

export function extractRun(run: StoredRun, { text, pageCount }: Content, index: number, extractorId: string | undefined): Extend.ExtractRun {
  const given = extractorId === undefined ? undefined : run.outputs.get(extractorId);
  const value = given && 'value' in given ? given.value : valuesIn(text, pageCount);
  const output: Extend.ExtractOutputJson = {
    value: value as Extend.JsonObject,
    metadata: { total: { ocrConfidence: 0.99, logprobsConfidence: 0.98, citations: [], insights: [] } },
  };
  return {
    object: 'extract_run',
    ...processorRun(run, idOf('exr', run, index)),
    output,
    initialOutput: output,
    edits: null,
    config: { baseProcessor: 'extraction_performance', schema: { type: 'object' } },
    extractor: extractorId === undefined ? null : { object: 'extractor', ...processor(run, extractorId, 'Invoice') },
    extractorVersion: null,
    files: run.files.length > 1 ? run.files : null,
  };
}

export function classifyRun(run: StoredRun, index: number, classifierId: string | undefined): Extend.ClassifyRun {
  const given = classifierId === undefined ? undefined : run.outputs.get(classifierId);
  const kind = given && 'type' in given ? { id: given.id, type: given.type } : { id: 'cls_invoice', type: 'invoice' };
  const output: Extend.ClassifyOutput = { ...kind, confidence: 0.97, insights: [] };
  return {
    object: 'classify_run',
    ...processorRun(run, idOf('clr', run, index)),
    output,
    initialOutput: output,
    config: { classifications: [{ ...kind, description: 'What the document is' }] },
    classifier: classifierId === undefined ? null : { object: 'classifier', ...processor(run, classifierId, 'Kind') },
    classifierVersion: null,
  };
}

export function splitRun(run: StoredRun, { pageCount }: Content, index: number, splitterId: string | undefined): Extend.SplitRun {
  const id = idOf('splr', run, index);
  const whole = { classificationId: 'cls_invoice', type: 'invoice', startPage: 1, endPage: pageCount };
  const output: Extend.SplitOutput = {
    splits: [{ ...whole, id: `${id}_1`, identifier: '', observation: '', fileId: run.files[0]?.id ?? '' }],
  };
  return {
    object: 'split_run',
    ...processorRun(run, id),
    file: run.files[0] as Extend.FileSummary,
    output,
    initialOutput: output,
    config: { splitClassifications: [{ id: 'cls_invoice', type: 'invoice', description: 'An invoice' }] },
    splitter: splitterId === undefined ? null : { object: 'splitter', ...processor(run, splitterId, 'Parts') },
    splitterVersion: null,
  };
}
