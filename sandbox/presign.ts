import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type ObjectKind = 'files' | 'payloads';

/** Makes and checks addresses that work for a while without a token. */
export class Presigner {
  private readonly key = randomBytes(32);

  constructor(private readonly base: () => string) {}

  urlFor(kind: ObjectKind, id: string, lifetimeMs: number): string {
    const expires = String(Date.now() + lifetimeMs);
    const query = new URLSearchParams({ 'X-Expires': expires, 'X-Signature': this.sign(kind, id, expires) });
    return `${this.base()}/_sandbox/storage/${kind}/${id}?${query}`;
  }

  isValid(kind: string, id: string, query: Record<string, string | undefined>): boolean {
    const { 'X-Expires': expires = '', 'X-Signature': signature = '' } = query;
    const expected = Buffer.from(this.sign(kind, id, expires));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected) && Date.now() < Number(expires);
  }

  private sign(kind: string, id: string, expires: string): string {
    return createHmac('sha256', this.key).update(`${kind}/${id}/${expires}`).digest('base64');
  }
}
