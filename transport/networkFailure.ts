import { ExtendApiFailure } from '../extend/api/errors';
import { StoppedError } from './pause';

/** Codes of a request whose connection never came about: Extend has certainly not seen it. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** Codes that say the same when the failure was one of connecting; they may also end a request on its way. */
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT']);

const codeOf = (error: unknown): string | undefined => {
  const { cause, code, httpCode } = error as { cause?: { code?: unknown }; code?: unknown; httpCode?: unknown };
  return [cause?.code, code, httpCode].find((found): found is string => typeof found === 'string');
};

const isConnecting = (error: unknown): boolean => {
  const { cause, message } = error as { cause?: { message?: unknown }; message?: unknown };
  return [cause?.message, message].some((text) => typeof text === 'string' && text.startsWith('connect '));
};

/**
 * Says in terms of the API what n8n's HTTP helper threw. The helper's own error carries the request,
 * the token included, so nothing of it but the code is kept.
 * @returns a StoppedError when the request was ended because the execution was
 */
export function networkFailure(error: unknown, baseUrl: string): Error {
  const code = codeOf(error);
  if (code === 'ERR_CANCELED') return new StoppedError();
  const kind = code && TIMED_OUT.has(code) ? 'timeout' : 'network';
  return new ExtendApiFailure({
    kind,
    code,
    message: `No answer came from ${baseUrl || 'Extend'}${code ? ` (${code})` : ''}`,
    neverSent: code !== undefined && (NEVER_SENT.has(code) || (UNREACHABLE.has(code) && isConnecting(error))),
    // Without a code the request was refused on this side (blocked host, bad base URL): no use trying again.
    retryable: code !== undefined && code !== 'ERR_INVALID_URL',
  });
}
