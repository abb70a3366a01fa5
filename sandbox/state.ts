import type { Extend } from 'extend-ai';
import { newId } from './ids';
import type { LedgerDelivery, LedgerRequest, SandboxOptions } from './options';

export interface StoredFile {
  id: string;
  name: string;
  bytes: Buffer;
  type: Extend.FileType;
  password: boolean;
  createdAt: string;
}

export interface StoredWorkflow {
  id: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  draft: Extend.WorkflowStepDefinition[];
  /** Published versions, the first one is number 1. */
  versions: Array<{ id: string; name: string | null; steps: Extend.WorkflowStepDefinition[]; createdAt: string }>;
  draftId: string;
}

export interface StoredRun {
  id: string;
  batchId: string | null;
  workflowId: string;
  version: string;
  input: Extend.WorkflowRunsCreateRequestFile;
  files: Extend.FileSummary[];
  metadata: Record<string, unknown> | null;
  /** When its processing begins and ends, in milliseconds since the epoch; the status follows from it. */
  createdAt: number;
  startsAt: number;
  endsAt: number;
  /** Set by a document that cannot be read, or by a cancel. */
  ending?: { status: Extend.WorkflowRunStatus; reason?: string; message?: string };
  cancelledAt?: number;
  announced: boolean;
}

export interface StoredBatch {
  batchId: string;
  workflowId: string;
  version?: string;
  priority?: number;
  runIds: string[];
  createdAt: string;
}

export interface StoredEndpoint extends Extend.WebhookEndpoint {
  signingSecret: string;
}

/** All that the server knows, in memory. */
export class State {
  workflows = new Map<string, StoredWorkflow>();
  runs = new Map<string, StoredRun>();
  batches = new Map<string, StoredBatch>();
  runsByBatch = new Map<string, StoredRun[]>();
  files = new Map<string, StoredFile>();
  endpoints = new Map<string, StoredEndpoint>();
  subscriptions = new Map<string, Extend.WebhookSubscription>();
  requests: LedgerRequest[] = [];
  deliveries: LedgerDelivery[] = [];
  /** Payloads behind signed addresses. */
  storage = new Map<string, unknown>();
  rateLimited = 0;
  tokenLeaks = 0;
  running = new Map<string, number>();
  maxConcurrent: Record<string, number> = {};
  /** When the next run can start, one entry per place where runs are processed. */
  lanes: number[] = [];

  constructor(
    readonly options: SandboxOptions,
    /** The same after a reset, so that a workflow chosen once stays there. */
    readonly defaultWorkflowId = newId('workflow'),
  ) {
    this.addWorkflow('Invoices', defaultWorkflow, this.defaultWorkflowId, true);
  }

  addWorkflow(name: string, steps: Extend.WorkflowStepDefinition[], id = newId('workflow'), publish = false): StoredWorkflow {
    const now = new Date().toISOString();
    const workflow: StoredWorkflow = { id, name, createdAt: now, updatedAt: now, draft: steps, versions: [], draftId: newId('workflow_version') };
    if (publish) workflow.versions.push({ id: newId('workflow_version'), name: null, steps, createdAt: now });
    this.workflows.set(id, workflow);
    return workflow;
  }
}

export const defaultWorkflow: Extend.WorkflowStepDefinition[] = [
  { type: 'TRIGGER', name: 'Trigger', next: [{ step: 'Parse' }] },
  { type: 'PARSE', name: 'Parse', config: {}, next: [{ step: 'Kind' }] },
  {
    type: 'CLASSIFY',
    name: 'Kind',
    config: { classifier: { id: 'cl_invoices', version: '1.0' } },
    next: [{ step: 'Invoice', classificationId: 'cls_invoice' }],
  },
  { type: 'EXTRACT', name: 'Invoice', config: { extractor: { id: 'ex_invoice', version: 'latest' } }, next: [{ step: 'Checks' }] },
  { type: 'RULE_VALIDATION', name: 'Checks', config: { rules: [{ name: 'has total', formula: 'TRUE' }] } },
];
