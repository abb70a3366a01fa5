import type { FaultRule } from '../../../sandbox';

type Fault = FaultRule['fault'];

/**
 * What a fault leaves behind, which decides what the node may do.
 * - `refused`: nothing was done and the answer says so; the request may be sent again
 * - `tooLarge`: nothing was done and the same request will never do
 * - `undone`: nothing was done, but the client cannot know
 * - `done`: all was done, but the client cannot know
 * - `late`: all was done and the answer is whole
 */
export type Leaves = 'refused' | 'tooLarge' | 'undone' | 'done' | 'late';

export interface FaultKind {
  leaves: Leaves;
  /** Made when it is used, because a date in it is a second ahead. */
  make(): Fault;
}

const status = (code: number, body: unknown, headers?: Record<string, string>): Fault => ({ kind: 'status', status: code, body, ...(headers && { headers }) });
const oops = { code: 'INTERNAL_ERROR', message: 'oops', retryable: true, requestId: 'req_f' };
const slowDown = { code: 'RATE_LIMIT_EXCEEDED', message: 'slow down', retryable: true, requestId: 'req_f' };
const tooLarge = { code: 'PAYLOAD_TOO_LARGE', message: 'too large', retryable: false };

/** How long requests of the suite wait where a fault keeps them waiting for good. */
export const TIMEOUT_MS = 2000;

export const FAULTS = {
  '429 with seconds': { leaves: 'refused', make: () => status(429, slowDown, { 'retry-after': '0.1' }) },
  '429 with a date': { leaves: 'refused', make: () => status(429, slowDown, { 'retry-after': new Date(Date.now() + 1000).toUTCString() }) },
  '429 without a time': { leaves: 'refused', make: () => status(429, slowDown) },
  '408': { leaves: 'undone', make: () => status(408, oops) },
  '500': { leaves: 'undone', make: () => status(500, oops) },
  '502 as HTML': { leaves: 'undone', make: () => status(502, '<html><body>Bad gateway</body></html>') },
  'reset before accept': { leaves: 'undone', make: () => ({ kind: 'reset', when: 'before' }) },
  'reset after accept': { leaves: 'done', make: () => ({ kind: 'reset', when: 'after' }) },
  'timeout after accept': { leaves: 'done', make: () => ({ kind: 'timeout', when: 'after', ms: 3 * TIMEOUT_MS }) },
  'truncated JSON': { leaves: 'done', make: () => ({ kind: 'truncated', clean: true }) },
  'answer cut short': { leaves: 'done', make: () => ({ kind: 'truncated' }) },
  '413': { leaves: 'tooLarge', make: () => status(413, tooLarge) },
  'slow answer': { leaves: 'late', make: () => ({ kind: 'slow', ms: 200 }) },
  'slow body': { leaves: 'late', make: () => ({ kind: 'trickle', ms: 200 }) },
} satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export const CALLS = {
  upload: { method: 'POST', path: '^/files/upload$' },
  'batch POST': { method: 'POST', path: '^/workflow_runs/batch$' },
  list: { method: 'GET', path: '^/workflow_runs$' },
  get: { method: 'GET', path: '^/workflow_runs/workflow_run_' },
  cancel: { method: 'POST', path: '/cancel$' },
} as const;

export type CallName = keyof typeof CALLS;

export const leavesOf = (fault: FaultName): Leaves => FAULTS[fault].leaves;

export const ruleOf = (call: CallName, fault: FaultName, more: Omit<FaultRule, 'fault' | 'method' | 'path'> = {}): FaultRule => ({
  ...CALLS[call],
  ...more,
  fault: FAULTS[fault].make() as Fault,
});
