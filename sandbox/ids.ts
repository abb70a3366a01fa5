import { randomBytes } from 'node:crypto';

/** An opaque id with the prefix Extend gives that kind of thing. */
export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('base64url').replace(/[-_]/g, 'x')}`;
