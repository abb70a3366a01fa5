import { randomUUID } from 'node:crypto';

/** An opaque id with the prefix Extend gives that kind of thing. */
export const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
