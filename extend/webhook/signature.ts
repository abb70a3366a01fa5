import { createHmac, timingSafeEqual } from 'node:crypto';

export const TIMESTAMP_HEADER = 'x-extend-request-timestamp';
export const SIGNATURE_HEADER = 'x-extend-request-signature';

/** Oldest and furthest future delivery that is accepted, in seconds; the window of Extend's SDK. */
export const MAX_AGE_SECONDS = 300;
export const MAX_AHEAD_SECONDS = 60;

/** Why a delivery was refused; safe to log. */
export type Refusal =
  | 'no secret is known'
  | 'the timestamp header is missing'
  | 'the signature header is missing'
  | 'the signature does not match'
  | 'the timestamp is not a number'
  | 'the timestamp is too old'
  | 'the timestamp lies in the future';

type Headers = Record<string, string | string[] | undefined>;

const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The signature Extend sends: HMAC-SHA256 of `v0:<timestamp>:<raw body>` under the whole secret, in hex. */
export const sign = (secret: string, timestamp: string, rawBody: Buffer): string =>
  createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex');

function matches(signature: string, expected: string): boolean {
  // Case may change on the way; anything but 64 hex digits never matches.
  const received = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : undefined;
  return received !== undefined && timingSafeEqual(received, Buffer.from(expected, 'hex'));
}

/**
 * Decides whether a delivery comes from Extend.
 * @param rawBody the bytes as received; parsing and writing JSON again would change them
 * @param headers with lower-case names
 * @param secrets one, or two while a secret is being replaced; none refuses everything
 * @param now seconds since the epoch
 * @returns why it is refused, or undefined when it is genuine
 */
export function refuse(
  rawBody: Buffer,
  headers: Headers,
  secrets: readonly string[],
  now: number,
): Refusal | undefined {
  const known = secrets.filter((secret) => secret !== '');
  if (known.length === 0) return 'no secret is known';
  const timestamp = headerOf(headers, TIMESTAMP_HEADER);
  const signature = headerOf(headers, SIGNATURE_HEADER);
  if (!timestamp) return 'the timestamp header is missing';
  if (!signature) return 'the signature header is missing';
  if (!known.some((secret) => matches(signature, sign(secret, timestamp, rawBody)))) {
    return 'the signature does not match';
  }
  if (!/^\d+$/.test(timestamp)) return 'the timestamp is not a number';
  const age = now - Number(timestamp);
  if (age > MAX_AGE_SECONDS) return 'the timestamp is too old';
  return age < -MAX_AHEAD_SECONDS ? 'the timestamp lies in the future' : undefined;
}
