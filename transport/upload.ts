import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { ExtendApiFailure } from '../extend/api/errors';
import type { JsonObject } from '../extend/api/types';
import type { Upload } from '../extend/intake/draft';
import { messageOf } from '../extend/intake/problem';
import { flawOf } from '../extend/text';
import type { ExtendClient } from './client';

/** Read from n8n's storage at once, in bytes. */
const STREAM_CHUNK_BYTES = 256 * 1024;

/**
 * A file name as it stands in a multipart header, in the form of browsers and of fetch: UTF-8, with a percent sign for
 * what would end the header early. Servers take the last part of a path only, and some stumble over a backslash.
 * @see RFC 7578 §4.2
 */
const headerSafe = (name: string): string =>
  (name.split(/[/\\]/).filter((part) => part.trim() !== '').at(-1) ?? 'document').replace(/["\p{Cc}]/gu, encodeURIComponent);

/** A type that n8n guessed from data may be anything. */
const typeOf = (mimeType = ''): string => (/^[\x21-\x7e]+(?:; ?[\x20-\x7e]+)?$/.test(mimeType) ? mimeType : 'application/octet-stream');

const badInput = (message: string): ExtendApiFailure => new ExtendApiFailure({ kind: 'input', message, neverSent: true, retryable: false });

/** A file that n8n keeps outside the item. It may be gone: n8n removes files with their executions, and not every process sees every storage. */
async function openStored({ helpers }: IExecuteFunctions, id: string) {
  try {
    const { fileSize } = await helpers.getBinaryMetadata(id);
    return { fileSize, file: await helpers.getBinaryStream(id, STREAM_CHUNK_BYTES) };
  } catch (error) {
    throw badInput(`n8n cannot read the file: ${messageOf(error)}`);
  }
}

/**
 * The multipart body of one upload. A file that n8n keeps outside the item is streamed, so that memory
 * stays flat however large it is; one that is in the item is in memory already.
 */
async function multipartBody(
  context: IExecuteFunctions,
  { binary, name, password }: Upload,
): Promise<Pick<IHttpRequestOptions, 'body' | 'headers'>> {
  const boundary = `extend-${randomUUID()}`;
  const passwordPart = password
    ? `--${boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n${password}\r\n`
    : '';
  const head = Buffer.from(
    `${passwordPart}--${boundary}\r\n` +
      `Content-Disposition: form-data; name="file"; filename="${headerSafe(name)}"\r\n` +
      `Content-Type: ${typeOf(binary.mimeType)}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const headersFor = (size: number) => ({
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': String(head.length + size + tail.length),
  });

  if (binary.id === undefined) {
    const bytes = Buffer.from(binary.data ?? '', 'base64');
    return { body: Buffer.concat([head, bytes, tail]), headers: headersFor(bytes.length) };
  }
  const { fileSize, file } = await openStored(context, binary.id);
  const body = file.compose(async function* (source: AsyncIterable<Buffer>) {
    yield head;
    yield* source;
    yield tail;
  });
  return { body: body as unknown as IHttpRequestOptions['body'], headers: headersFor(fileSize) };
}

/**
 * Uploads a file of an n8n item, in every mode n8n has of keeping files.
 * @returns the file as Extend describes it; its id is what runs take
 * @throws ExtendApiFailure
 */
export async function uploadFile(context: IExecuteFunctions, client: ExtendClient, upload: Upload): Promise<JsonObject & { id: string }> {
  const flaw = flawOf(upload.name);
  if (flaw) throw badInput(`The file name ${flaw}`);
  return await client.request<JsonObject & { id: string }>({
    method: 'POST',
    path: '/files/upload',
    ...(upload.convertToPdf && { query: { convertToPdf: true } }),
    // A repeat after a lost answer leaves at worst a file that no run uses.
    effect: 'write',
    makeBody: async () => await multipartBody(context, upload),
  });
}
