import { isObject } from '../json';
import type { JsonObject } from './types';

/**
 * What went wrong on the way to Extend and back.
 * - `http`: Extend answered with an error status
 * - `network`: no answer arrived (refused, reset, host unknown)
 * - `timeout`: no answer in time
 * - `unreadable`: a success status whose body is not what the contract says
 * - `input`: what was to be sent is no good, so nothing was sent
 */
export type FailureKind = 'http' | 'network' | 'timeout' | 'unreadable' | 'input';

export interface ApiFailureDetails {
  kind: FailureKind;
  /** HTTP status; absent when no answer arrived. */
  status?: number;
  /** Extend's code, such as `RATE_LIMIT_EXCEEDED`. */
  code?: string;
  /** What Extend says, in its own words. */
  message: string;
  retryable?: boolean;
  /** The connection never came about, so Extend has certainly done nothing. */
  neverSent?: boolean;
  requestId?: string;
  docUrl?: string;
  /** How long Extend asks to wait, in milliseconds. */
  retryAfterMs?: number;
}

/** A call to Extend that did not succeed, in terms of the API alone; the n8n error is made of it at the edge. */
export class ExtendApiFailure extends Error implements ApiFailureDetails {
  kind: FailureKind;
  status?: number;
  code?: string;
  retryable?: boolean;
  neverSent?: boolean;
  requestId?: string;
  docUrl?: string;
  retryAfterMs?: number;

  constructor(details: ApiFailureDetails) {
    super(details.message);
    this.name = 'ExtendApiFailure';
    this.kind = details.kind;
    this.status = details.status;
    this.code = details.code;
    this.retryable = details.retryable;
    this.neverSent = details.neverSent;
    this.requestId = details.requestId;
    this.docUrl = details.docUrl;
    this.retryAfterMs = details.retryAfterMs;
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** The object that holds code and message, whichever of the contract's four body shapes arrived. */
function errorFields(body: unknown): JsonObject {
  let parsed = body;
  if (typeof body === 'string') {
    try {
      parsed = JSON.parse(body);
    } catch {
      // Gateways answer with HTML or nothing: the status alone has to speak.
      return {};
    }
  }
  if (!isObject(parsed)) return {};
  if (isObject(parsed.error)) return parsed.error;
  return typeof parsed.error === 'string' ? { ...parsed, message: parsed.error } : parsed;
}

/**
 * Time a `Retry-After` header asks for.
 * @param value seconds or an HTTP date
 * @param now current time in milliseconds since the epoch
 * @returns milliseconds, never negative; undefined when the header is absent or makes no sense
 */
export function parseRetryAfter(value: unknown, now: number): number | undefined {
  const header = text(Array.isArray(value) ? value[0] : value);
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Reads an error answer in any of the shapes the contract knows (flat, nested, `{error}`,
 * `{success:false,error}`, HTML or empty).
 * @param now current time in milliseconds since the epoch, for a `Retry-After` that is a date
 */
export function readErrorAnswer(
  answer: { status: number; headers: Record<string, unknown>; body: unknown },
  now: number,
): ExtendApiFailure {
  const fields = errorFields(answer.body);
  return new ExtendApiFailure({
    kind: 'http',
    status: answer.status,
    code: text(fields.code),
    message: text(fields.message) ?? `Extend answered with status ${answer.status}`,
    retryable: typeof fields.retryable === 'boolean' ? fields.retryable : undefined,
    requestId: text(fields.requestId) ?? text(answer.headers['x-extend-request-id']),
    docUrl: text(fields.docUrl),
    retryAfterMs: parseRetryAfter(answer.headers['retry-after'], now),
  });
}

/** Extend's code for an organization without credits, whatever the status it comes with. */
export const NO_CREDITS = 'USAGE_BLOCKED';

/** Token, credits, permission: what refused this request refuses every other one with this credential. */
export const isAccountWide = ({ status, code }: ExtendApiFailure): boolean =>
  status === 401 || status === 402 || status === 403 || code === NO_CREDITS;

/**
 * Whether a request that would start or create something has certainly done nothing: it was refused, or never arrived.
 * 408 is the exception among the 4xx: the server gave up waiting, in whatever state.
 */
export const certainlyDidNothing = ({ status = 0, neverSent }: ExtendApiFailure): boolean =>
  neverSent === true || (status >= 400 && status < 500 && status !== 408);
