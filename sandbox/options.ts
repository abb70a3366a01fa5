/** What the sandbox can be told, and what it tells. The contract of everything that uses it. */

export interface SandboxOptions {
  /** 0 takes a free port. */
  port: number;
  token: string;
  /** When set, the token is one of an organization: requests without this workspace ID are refused. */
  requireWorkspaceId?: string;
  /** Requests per second and category: 10, 25, 75, or no limit. */
  plan: 'payg' | 'scale' | 'enterprise' | 'unlimited';
  /** How long each run is processed, in milliseconds. */
  runMs: number;
  /** Runs processed at the same time; the others are pending. */
  runsAtOnce: number;
  /** Time the server takes for a batch request, in milliseconds. */
  batchMs: number;
  /** New runs show up in lists only after this, in milliseconds. */
  listDelayMs: number;
  /** Addresses outside of this machine are never contacted: they count as documents of one page, or fail. */
  nonLoopbackUrls: 'fake' | 'fail';
  /** Waiting time before the second try of a webhook delivery, in milliseconds; it doubles for each further one. */
  deliveryBackoffMs: number;
  deliveryTries: number;
  deliveryTimeoutMs: number;
  /** Deliveries in flight at once. */
  deliveriesAtOnce: number;
  /** Copies of every automatic delivery; more than one makes duplicates. */
  deliveryCopies: number;
  /** Both sides of what the contract leaves open (§f). */
  unknowns: Unknowns;
}

export interface Unknowns {
  /** Status of a refused body. */
  validationStatus: 400 | 422;
  /** Where a step run names its kind. */
  stepTypeAt: 'stepRun' | 'step' | 'both';
  /** Status of a run right after its creation. */
  createStatus: 'PENDING' | 'PROCESSING';
  /** Whether a batch may have a priority. */
  priorityInBatch: 'accept' | 'reject' | 'ignore';
  /** Runs without metadata say null instead of an empty object. */
  nullMetadata: boolean;
  /** Whether endpoints may list `workflow_run.*` events. */
  runEventsOnEndpoints: 'reject' | 'accept';
}

export const DEFAULTS: SandboxOptions = {
  port: 0,
  token: 'sk_sandbox_token',
  plan: 'unlimited',
  runMs: 50,
  runsAtOnce: Infinity,
  batchMs: 0,
  listDelayMs: 0,
  nonLoopbackUrls: 'fake',
  deliveryBackoffMs: 1000,
  deliveryTries: 5,
  deliveryTimeoutMs: 30_000,
  deliveriesAtOnce: 20,
  deliveryCopies: 1,
  unknowns: {
    validationStatus: 400,
    stepTypeAt: 'both',
    createStatus: 'PROCESSING',
    priorityInBatch: 'accept',
    nullMetadata: false,
    runEventsOnEndpoints: 'reject',
  },
};

/** What goes wrong with some requests. `after` means: the work is done, only the answer is lost. */
export type Fault =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'reset'; when: 'before' | 'after' }
  | { kind: 'timeout'; when: 'before' | 'after'; ms?: number }
  | { kind: 'truncated' }
  | { kind: 'slow'; ms: number };

export interface FaultRule {
  method?: string;
  /** A regular expression on the path. */
  path?: string;
  /** From which matching request on, counted from 1. */
  nth?: number;
  /** For how many matching requests. */
  times?: number;
  fault: Fault;
}

export interface LedgerRequest {
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  /** 0 while unanswered, or when the connection was cut. */
  status: number;
  /** Lower-case names; of the token only whether it is there and right. */
  headers: Record<string, string>;
  body?: unknown;
}

export interface LedgerDelivery {
  eventId: string;
  eventType: string;
  endpointId: string;
  url: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  attempt: number;
  at: number;
}

/** Everything that happened on the server. */
export interface Ledger {
  requests: LedgerRequest[];
  batches: Array<{
    batchId: string;
    workflowId: string;
    version?: string;
    priority?: number;
    inputCount: number;
    runIds: string[];
    createdAt: string;
  }>;
  runs: Array<{
    id: string;
    batchId: string | null;
    status: string;
    metadata: Record<string, unknown> | null;
    /** The file input as it was sent. */
    input: unknown;
    fileIds: string[];
  }>;
  files: Array<{ id: string; name: string; bytes: number; sha256: string; password: boolean }>;
  endpoints: Array<{ id: string; url: string; status: string; enabledEvents: string[] }>;
  subscriptions: Array<{ id: string; webhookEndpointId: string; resourceId: string; enabledEvents: string[] }>;
  deliveries: LedgerDelivery[];
  /** Answers of 429. */
  rateLimited: number;
  /** Requests handled at the same time, at most, by path with ids left out. */
  maxConcurrent: Record<string, number>;
  /** Storage downloads that carried a token, which must never happen. */
  tokenLeaks: number;
}

/** A delivery made on demand. */
export interface DeliverOrder {
  url: string;
  secret: string;
  eventType?: string;
  payload?: Record<string, unknown>;
  eventId?: string;
  times?: number;
  /** All at once instead of one after the other. */
  concurrent?: boolean;
  timestampOffsetSeconds?: number;
  signature?: 'valid' | 'forged' | 'missing' | 'uppercase' | 'wrongSecret';
  /** Sent instead of the event, signed as it is. */
  bodyRaw?: string;
  headers?: Record<string, string>;
  gzip?: boolean;
}

export interface Sandbox {
  url: string;
  token: string;
  /** A published workflow that parses, classifies, extracts and validates. */
  workflowId: string;
  ledger(): Ledger;
  fault(rule: FaultRule): void;
  /** Forgets everything but its options. */
  reset(): void;
  configure(options: Partial<SandboxOptions>): void;
  /** Sends deliveries and gives their HTTP statuses; 0 when no answer came. */
  deliver(order: DeliverOrder): Promise<number[]>;
  /** The signing secret of an endpoint, which the API never shows again. */
  secretOf(endpointId: string): string | undefined;
  close(): Promise<void>;
}
