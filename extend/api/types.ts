/** The parts of Extend's objects this package reads or writes; fields not named here pass through untouched. */

export type JsonObject = Record<string, unknown>;

/** A document by address, by id of an uploaded file, or as plain text. */
export type FileInput =
  | { url: string; name?: string; settings?: { password: string } }
  | { id: string }
  | { text: string; name?: string };

export interface WorkflowReference {
  id: string;
  /** A deployed version's number, or `draft`; absent is the latest deployed version. */
  version?: string;
}

/** One document of a batch. */
export interface BatchInput {
  file: FileInput;
  metadata?: JsonObject;
  secrets?: JsonObject;
}

/** Body of `POST /workflow_runs/batch`. */
export interface BatchRequest {
  workflow: WorkflowReference;
  inputs: BatchInput[];
  priority?: number;
}

export interface Page<T> {
  data: T[];
  nextPageToken?: string | null;
}

export interface FileSummary {
  id: string;
  name: string;
  type?: string | null;
  metadata?: { pageCount?: number; parentSplit?: JsonObject } | null;
}

export interface WorkflowSummary {
  id: string;
  name: string;
}

/** An entry of `GET /workflow_runs`; it carries no metadata. */
export interface WorkflowRunSummary {
  id: string;
  status: string;
  batchId?: string | null;
  files?: FileSummary[];
  initialRunAt?: string | null;
  startTime?: string | null;
  createdAt?: string;
}

export interface StepRun {
  id?: string;
  status: string;
  stepType?: string;
  step?: { name?: string; type?: string };
  files?: FileSummary[];
  result?: JsonObject | null;
}

/** `GET /workflow_runs/{id}`. */
export interface WorkflowRun {
  id: string;
  status: string;
  workflow?: WorkflowSummary;
  workflowVersion?: { version?: string };
  dashboardUrl?: string;
  metadata?: JsonObject | null;
  batchId?: string | null;
  files?: FileSummary[];
  failureReason?: string | null;
  failureMessage?: string | null;
  rejectionNote?: string | null;
  stepRuns?: StepRun[] | null;
}
