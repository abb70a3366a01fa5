/** One request to the API. */
export interface LedgerRequest {
  at: number;
  method: string;
  path: string;
  query: Record<string, string>;
  /** 0 while unanswered, or when the connection was cut. */
  status: number;
  /** Lower-case names; of the token only whether it is `right` or `wrong`. */
  headers: Record<string, string>;
  body?: unknown;
  /** Parts of a multipart body, in order; the content of files is in the book of files. */
  form?: LedgerPart[];
}

export interface LedgerPart {
  field: string;
  /** Of a field that is no file. */
  value?: unknown;
  fileName?: string;
  contentType?: string;
}

export interface LedgerBatch {
  batchId: string;
  workflowId: string;
  version?: string;
  priority?: number;
  inputCount: number;
  /** In the order of the inputs. */
  runIds: string[];
  createdAt: string;
}

export interface LedgerRun {
  id: string;
  batchId: string | null;
  status: string;
  metadata: Record<string, unknown>;
  /** The file input, or package, as it was sent. */
  input: unknown;
  fileIds: string[];
}

/** A file as it was received. */
export interface LedgerFile {
  id: string;
  name: string;
  bytes: number;
  sha256: string;
  /** Known once somebody looked at the file or at a run's result. */
  pageCount?: number;
  password?: boolean;
}

/** One try of a webhook delivery. */
export interface LedgerDelivery {
  eventId: string;
  eventType: string;
  /** Empty for deliveries made on demand to a URL. */
  endpointId: string;
  /** Id of the run, or of whatever the event is about. */
  payloadId: string;
  url: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  attempt: number;
  at: number;
}

/** A download by presigned address. */
export interface LedgerDownload {
  at: number;
  path: string;
  status: number;
  /** Whether the request carried a token, which must never happen. */
  authorized: boolean;
}

/** Everything that happened on the server since its start or last reset. */
export interface Ledger {
  requests: LedgerRequest[];
  batches: LedgerBatch[];
  runs: LedgerRun[];
  files: LedgerFile[];
  endpoints: Array<{ id: string; url: string; name: string; status: string; enabledEvents: string[] }>;
  subscriptions: Array<{ id: string; webhookEndpointId: string; resourceId: string; enabledEvents: string[] }>;
  deliveries: LedgerDelivery[];
  downloads: LedgerDownload[];
  /** Answers of 429. */
  rateLimited: number;
  /** Requests handled at the same time, at most, by route such as `POST /files/upload`. */
  maxConcurrent: Record<string, number>;
}
