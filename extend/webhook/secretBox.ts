import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const keyFor = (apiToken: string, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', apiToken, salt, 'n8n-nodes-extend signing secret', 32));

/**
 * Encrypts a signing secret for n8n's static data, which exports and the public API show in plain text.
 * Only who has the API token can read it; after the token is replaced it cannot be read any more.
 */
export function seal(secret: string, apiToken: string): string {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyFor(apiToken, salt), iv);
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([salt, iv, cipher.getAuthTag(), sealed]).toString('base64')}`;
}

/** The secret in the box, or undefined when it was sealed with another token or changed since. */
export function open(box: string, apiToken: string): string | undefined {
  const [version, content] = box.split('.');
  const bytes = Buffer.from(content ?? '', 'base64');
  if (version !== VERSION || bytes.length < SALT_BYTES + IV_BYTES + TAG_BYTES) return undefined;
  const salt = bytes.subarray(0, SALT_BYTES);
  const iv = bytes.subarray(SALT_BYTES, SALT_BYTES + IV_BYTES);
  const tag = bytes.subarray(SALT_BYTES + IV_BYTES, SALT_BYTES + IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyFor(apiToken, salt), iv);
    decipher.setAuthTag(tag);
    const sealed = bytes.subarray(SALT_BYTES + IV_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    // A wrong key shows only in the authentication tag.
    return undefined;
  }
}
