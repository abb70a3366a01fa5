/** The parts of Extend's objects this package reads or writes; fields not named here pass through untouched. */

export type JsonObject = Record<string, unknown>;

/** A document by address, by id of an uploaded file, or as plain text. */
export type FileInput =
  | { url: string; name?: string; settings?: { password: string } }
  | { id: string }
  | { text: string; name?: string };

/** What a run is made with, such as a workflow. */
export interface TargetReference {
  id: string;
  /** Absent for the version that Extend takes by itself. */
  version?: string;
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

/** A run of any kind as lists show it. */
export interface RunSummary {
  id: string;
  status: string;
  batchId?: string | null;
  files?: FileSummary[];
  initialRunAt?: string | null;
  startTime?: string | null;
  createdAt?: string;
}

/** A run of any kind, read by its ID. */
export interface Run extends RunSummary {
  metadata?: JsonObject | null;
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
export interface WorkflowRun extends Run {
  workflow?: WorkflowSummary;
  workflowVersion?: { version?: string };
  dashboardUrl?: string;
  failureReason?: string | null;
  failureMessage?: string | null;
  rejectionNote?: string | null;
  stepRuns?: StepRun[] | null;
}
