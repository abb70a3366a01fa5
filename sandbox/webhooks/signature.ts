import { createHmac } from 'node:crypto';

/** The algorithm of the contract (§d.4), written apart from the package's so that one checks the other. */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`v0:${timestamp}:${body}`, 'utf8').digest('hex');
