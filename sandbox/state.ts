import type { Extend } from 'extend-ai';
import type { Content } from './documents/content';
import { newId } from './ids';
import type { LedgerBatch, LedgerDelivery, LedgerDownload, LedgerRequest } from './ledger';
import type { Settings } from './options';
import type { ObjectKind } from './presign';
import { defaultSteps } from './workflows/steps';

type Steps = Extend.WorkflowStepDefinition[];

/** Who has made what was made by a request. */
export const THROUGH_API: Extend.CreatedBy = { type: 'api_key', name: 'Sandbox' };

export interface StoredVersion {
  id: string;
  /** `1`, `2`, … or `draft`. */
  version: string;
  name: string | null;
  steps: Steps;
  createdAt: string;
  createdBy: Extend.CreatedBy | null;
}

export interface StoredWorkflow {
  id: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  createdBy: Extend.CreatedBy | null;
  draft: StoredVersion;
  published: StoredVersion[];
}

export interface StoredFile {
  id: string;
  /** The name it was uploaded with. */
  name: string;
  type: Extend.FileType | null;
  bytes: number;
  sha256: string;
  /** Where its content lies on this machine. */
  path: string;
  /** What the upload says it is. */
  contentType: string;
  /** Content of small files that are text. */
  text?: string;
  /** Why no run can read it. */
  unreadable?: string;
  pageCount?: number;
  password: boolean;
  createdAt: string;
}

/** A file that a split has made of some pages of another. */
export interface StoredPart {
  summary: Extend.FileSummary;
  content: Content;
}

/** What the documents of a run say, as far as the sandbox can read, or why it cannot. */
export type Reading = Content | { failure: string };

export interface StoredRun {
  id: string;
  batchId: string | null;
  workflow: StoredWorkflow;
  version: StoredVersion;
  /** What it was started with. */
  sent: unknown;
  files: Extend.FileSummary[];
  metadata: Record<string, unknown> | null;
  /** Results given on creation, by processor. */
  outputs: Map<string, Extend.ProvidedProcessorOutput>;
  /** Absent while its documents are being downloaded. */
  reading?: Reading;
  /** Milliseconds since the epoch; the status follows from them and from the clock. */
  createdAt: number;
  startsAt: number;
  endsAt: number;
  changedAt?: number;
  cancelledAt?: number;
  review?: { decision: 'approve' | 'reject'; at: number };
}

export interface StoredBatch {
  batch: LedgerBatch;
  /** Without the deleted ones. */
  runs: Set<StoredRun>;
}

export type StoredEndpoint = Extend.WebhookEndpoint & { signingSecret: string };

/** All that the server knows, in memory. */
export class State {
  readonly workflows = new Map<string, StoredWorkflow>();
  /** In the order of their creation; within a batch in no particular order. */
  readonly runs = new Map<string, StoredRun>();
  /** Runs whose end has not been told to webhooks. */
  readonly untold = new Set<StoredRun>();
  readonly batches = new Map<string, StoredBatch>();
  readonly files = new Map<string, StoredFile>();
  /** Files of parts, by ID. */
  readonly parts = new Map<string, StoredPart>();
  readonly endpoints = new Map<string, StoredEndpoint>();
  readonly subscriptions = new Map<string, Extend.WebhookSubscription>();
  /** Webhook payloads behind presigned addresses. */
  readonly payloads = new Map<string, unknown>();
  readonly requests: LedgerRequest[] = [];
  readonly deliveries: LedgerDelivery[] = [];
  readonly downloads: LedgerDownload[] = [];
  readonly maxConcurrent: Record<string, number> = {};
  rateLimited = 0;
  /** When each place for a run gets free. */
  readonly lanes: number[] = [];
  started = 0;

  constructor(
    public settings: Settings,
    /** Makes an address that works without a token. */
    private readonly addressOf: (kind: ObjectKind, id: string, lifetimeMs: number) => string,
    /** The same after a reset, so that a workflow chosen once stays there. */
    readonly defaultWorkflowId = newId('workflow'),
  ) {
    const invoices = this.addWorkflow('Invoices', defaultSteps, null, defaultWorkflowId);
    publish(invoices, defaultSteps, undefined, null);
  }

  /** An address of a file or payload that works for as long as the settings say. */
  presign(kind: ObjectKind, id: string): string {
    return this.addressOf(kind, id, this.settings.presignedMs);
  }

  addWorkflow(name: string, steps: Steps, createdBy: Extend.CreatedBy | null = THROUGH_API, id = newId('workflow')): StoredWorkflow {
    const now = new Date().toISOString();
    const draft = { id: newId('workflow_version'), version: 'draft', name: null, steps, createdAt: now, createdBy };
    const workflow: StoredWorkflow = { id, name, createdAt: now, updatedAt: now, createdBy, draft, published: [] };
    this.workflows.set(id, workflow);
    return workflow;
  }
}

/** Adds the next numbered version. */
export function publish(workflow: StoredWorkflow, steps: Steps, name: string | null = null, createdBy: Extend.CreatedBy | null = THROUGH_API): StoredVersion {
  const created: StoredVersion = {
    id: newId('workflow_version'),
    version: String(workflow.published.length + 1),
    name,
    steps,
    createdAt: new Date().toISOString(),
    createdBy,
  };
  workflow.published.push(created);
  return created;
}
