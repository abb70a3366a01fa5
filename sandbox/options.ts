/** What the sandbox can be told, at its start and while it runs. */

export type Plan = 'payg' | 'scale' | 'enterprise' | 'unlimited';

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  token?: string;
  /** When set, the token is one of an organization: requests without this workspace ID are refused. */
  requireWorkspaceId?: string;
  /** Requests per second and category (GET, WRITE, RUN): 10, 25, 75, or no limit. */
  plan?: Plan;
  /** How long each run is processed, in milliseconds. */
  runMs?: number;
  /** Runs processed at the same time; the others are pending. No limit by default. */
  runsAtOnce?: number;
  /** Time the server takes for a batch request, in milliseconds. */
  batchMs?: number;
  /** New runs show up in lists only after this, in milliseconds. */
  listDelayMs?: number;
  /** The runs of a batch come into being one after the other over this time, in milliseconds; before that, nobody finds them. */
  createOverMs?: number;
  /** What storage says about the kind of a file: what was sent at its upload, or only that there are bytes. */
  downloadType?: 'stored' | 'octetStream';
  /** How long a cancel takes, in milliseconds. */
  cancelMs?: number;
  /** Pages of lists never have more rows than this, whatever is asked for. */
  pageCap?: number;
  /** Larger JSON bodies get 413. Only at the start. */
  maxBodyBytes?: number;
  maxFileBytes?: number;
  /** Addresses outside of this machine are never contacted: they count as documents of one page, or fail. */
  nonLoopbackUrls?: 'fake' | 'fail';
  /** How long presigned addresses of files and payloads work, in milliseconds. */
  presignedMs?: number;
  /** Waiting time before the second try of a webhook delivery, in milliseconds; it doubles for each further one. */
  deliveryBackoffMs?: number;
  deliveryTries?: number;
  deliveryTimeoutMs?: number;
  /** Deliveries in flight at once. */
  deliveriesAtOnce?: number;
  /** Copies of every automatic delivery; more than one makes duplicates. */
  deliveryCopies?: number;
  /** Order of the events that become due at the same time. */
  deliveryOrder?: 'inOrder' | 'reversed' | 'random';
  unknowns?: Partial<Unknowns>;
}

/** Both sides of what Extend's documentation leaves open (§f of the contract). */
export interface Unknowns {
  /** Status of a refused body. */
  validationStatus: 400 | 422;
  /** Where the text of a parsed document is: in the answer, behind an address, or not in the answer at all. */
  parseOutput: 'json' | 'url' | 'none';
  /** What runs say about their cost: everything, credits alone as before May 2026, or nothing as under the old billing. */
  usage: 'full' | 'creditsOnly' | 'none';
  /** How the step of an extraction that failed shows up: with the failed extraction, with null, or not at all. */
  failedStepRun: 'withResult' | 'withoutResult' | 'missing';
  /** Where a step run names its kind. */
  stepTypeAt: 'stepRun' | 'step' | 'both';
  /** Status in the answer to the creation of a run. */
  createStatus: 'PENDING' | 'PROCESSING';
  /** Whether a batch may have a priority. */
  priorityInBatch: 'accept' | 'reject' | 'ignore';
  /** Runs without metadata say null instead of an empty object. */
  nullMetadata: boolean;
  /** Inputs whose text, name or URL says `NO RUN` are swallowed: the batch has fewer runs than inputs. */
  runWithoutRecord: boolean;
  /** What one bad input of a batch does: refuse the whole batch, or make its run fail. */
  badInput: 'refuseBatch' | 'failRun';
  /** Whether `latest` is a version to run. */
  latestVersion: 'accept' | 'reject';
  /** Status for cancelling a run that has ended. */
  cancelEndedStatus: 400 | 409 | 422;
  /** Whether runs that have ended can be updated. */
  updateEnded: 'accept' | 'reject';
  /** Form of `Retry-After` in an answer of 429. */
  retryAfter: 'seconds' | 'date' | 'none';
  /** Whether endpoints may list `workflow_run.*` events. */
  runEventsOnEndpoints: 'reject' | 'accept';
  /** Addresses an endpoint may have. */
  endpointUrls: 'any' | 'https';
  /** Whether each try of a delivery is signed anew. */
  signRetriesAnew: boolean;
  /** Whether deleting a file deletes its runs. */
  deleteFileDeletesRuns: boolean;
}

/** All options, decided. */
export type Settings = Required<Omit<SandboxOptions, 'requireWorkspaceId' | 'unknowns'>> & {
  requireWorkspaceId?: string;
  unknowns: Unknowns;
};

const DEFAULTS: Settings = {
  port: 0,
  token: 'sk_sandbox_token',
  plan: 'unlimited',
  runMs: 50,
  runsAtOnce: Infinity,
  batchMs: 0,
  listDelayMs: 0,
  createOverMs: 0,
  downloadType: 'octetStream',
  cancelMs: 20,
  pageCap: 1000,
  maxBodyBytes: 64 * 1024 * 1024,
  maxFileBytes: 1024 * 1024 * 1024,
  nonLoopbackUrls: 'fake',
  presignedMs: 15 * 60_000,
  deliveryBackoffMs: 1000,
  deliveryTries: 5,
  deliveryTimeoutMs: 30_000,
  deliveriesAtOnce: 20,
  deliveryCopies: 1,
  deliveryOrder: 'inOrder',
  unknowns: {
    validationStatus: 400,
    parseOutput: 'json',
    usage: 'full',
    failedStepRun: 'withResult',
    stepTypeAt: 'both',
    createStatus: 'PROCESSING',
    priorityInBatch: 'accept',
    nullMetadata: false,
    runWithoutRecord: false,
    badInput: 'refuseBatch',
    latestVersion: 'accept',
    cancelEndedStatus: 400,
    updateEnded: 'accept',
    retryAfter: 'seconds',
    runEventsOnEndpoints: 'reject',
    endpointUrls: 'any',
    signRetriesAnew: true,
    deleteFileDeletesRuns: false,
  },
};

/** Lays options over settings; an option that is undefined changes nothing. */
export function settle(options: SandboxOptions, base: Settings = DEFAULTS): Settings {
  const { unknowns, ...rest } = options;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...base, ...given, unknowns: { ...base.unknowns, ...unknowns } };
}
