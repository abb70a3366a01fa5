import type { Extend } from 'extend-ai';
import { wordsOf, type Downloads } from '../documents/downloads';
import { type Content, joined, textContent } from '../documents/content';
import { contentOf } from '../documents/fileStore';
import { typeOf } from '../documents/types';
import { newId } from '../ids';
import type { Reading, State, StoredRun, StoredVersion, StoredWorkflow } from '../state';

export type FileInput = Extend.WorkflowRunsCreateRequestFile;

/** What a run is started with. */
export interface NewRun {
  workflow: StoredWorkflow;
  version: StoredVersion;
  batchId: string | null;
  inputs: FileInput[];
  sent: unknown;
  metadata?: Record<string, unknown>;
  outputs?: Extend.WorkflowRunsCreateRequestOutputsItem[];
  /** When it comes into being; now, unless it is said. */
  createdAt?: number;
  /** Why the run fails whatever its documents say. */
  failure?: string;
}

/** Makes a run that is not yet in any list. */
export function newRun(state: State, downloads: Downloads, start: NewRun): StoredRun {
  const now = start.createdAt ?? Date.now();
  const startsAt = nextStart(state, now);
  const run: StoredRun = {
    id: newId('workflow_run'),
    batchId: start.batchId,
    workflow: start.workflow,
    version: start.version,
    sent: start.sent,
    files: start.inputs.map((input) => fileOf(state, input)),
    metadata: cleaned(start.metadata) ?? (state.settings.unknowns.nullMetadata ? null : {}),
    outputs: new Map(start.outputs?.map(({ processorId, output }) => [processorId, output])),
    createdAt: now,
    startsAt,
    endsAt: startsAt + state.settings.runMs,
  };
  if (start.failure !== undefined) run.reading = { failure: start.failure };
  else read(state, downloads, run, start.inputs);
  return run;
}

/** Puts runs into the lists and hands them to the webhooks' watch. */
export function enter(state: State, runs: StoredRun[]): void {
  for (const run of runs) {
    state.runs.set(run.id, run);
    state.untold.add(run);
  }
}

/** When a place for one more run is free. All runs take the same time, so places get free in the order they were taken. */
function nextStart(state: State, now: number): number {
  const { runsAtOnce, runMs } = state.settings;
  if (runsAtOnce === Infinity) return now;
  const lane = state.started++ % runsAtOnce;
  const start = Math.max(now, state.lanes[lane] ?? 0);
  state.lanes[lane] = start + runMs;
  return start;
}

/** Extend strips other characters from usage tags without a word. */
function cleaned(metadata?: Record<string, unknown>): Record<string, unknown> | undefined {
  const tags = metadata?.['extend:usage_tags'];
  if (!Array.isArray(tags)) return metadata;
  return { ...metadata, 'extend:usage_tags': tags.map((tag) => String(tag).replace(/[^\w-]/g, '')) };
}

function fileOf(state: State, input: FileInput): Extend.FileSummary {
  const part = 'id' in input ? state.parts.get(input.id)?.summary : undefined;
  if (part) return part;
  const stored = 'id' in input ? state.files.get(input.id) : undefined;
  const id = stored?.id ?? newId('file');
  const name = stored?.name ?? nameOf(input, id);
  const createdAt = stored?.createdAt ?? new Date().toISOString();
  const type = stored?.type ?? ('text' in input ? 'TXT' : typeOf(name));
  return { object: 'file', id, name, type, parentFileId: null, metadata: {}, createdAt, updatedAt: createdAt };
}

function nameOf(input: FileInput, id: string): string {
  if ('id' in input) return input.id;
  if (input.name) return input.name;
  return 'url' in input ? wordsOf(new URL(input.url).pathname.split('/').pop() ?? '') || 'document' : `${id}.txt`;
}

function readingOf(state: State, downloads: Downloads, input: FileInput): Reading | Promise<Reading> {
  if ('text' in input) return textContent(input.text);
  if ('url' in input) return downloads.read(state.settings, input.url, Boolean(input.settings?.password));
  const part = state.parts.get(input.id);
  if (part) return part.content;
  const file = state.files.get(input.id);
  if (!file) return { failure: `File ${input.id} does not exist` };
  if (file.unreadable !== undefined) return { failure: file.unreadable };
  return contentOf(file);
}

/** Reads the documents; a run does not end before its downloads have. */
function read(state: State, downloads: Downloads, run: StoredRun, inputs: FileInput[]): void {
  const readings = inputs.map((input) => readingOf(state, downloads, input));
  const ready = readings.filter((reading) => !(reading instanceof Promise)) as Reading[];
  if (ready.length === readings.length) {
    understand(run, ready);
    return;
  }
  void Promise.all(readings).then((all) => {
    understand(run, all);
    run.endsAt = Math.max(run.endsAt, Date.now());
  });
}

function understand(run: StoredRun, readings: Reading[]): void {
  run.reading = merged(readings);
  run.files = run.files.map((file, i) => {
    const reading = readings[i];
    return reading && !('failure' in reading) ? { ...file, metadata: { ...file.metadata, pageCount: reading.pages.length } } : file;
  });
}

function merged(readings: Reading[]): Reading {
  return readings.find((reading) => 'failure' in reading) ?? joined(readings as Content[]);
}
