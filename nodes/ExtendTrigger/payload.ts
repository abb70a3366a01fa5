import { type IDataObject, type IExecuteFunctions, sleep } from 'n8n-workflow';
import { ExtendApiFailure } from '../../extend/api/errors';
import type { JsonObject } from '../../extend/api/types';
import { signedUrlOf, type WebhookEvent } from '../../extend/webhook/envelope';
import { ExtendClient, path } from '../../transport/client';
import { acceptsAnyCertificate, CREDENTIAL_TYPE, type ExtendCredential } from '../../transport/credential';

const TRIES = 3;
const TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 500;

/** Larger payloads would endanger the n8n process that holds them as one item. */
export const MAX_PAYLOAD_BYTES = 100 * 1024 * 1024;

/** Where the API has the thing an event tells of, by the first part of the event type. */
const PATHS: Record<string, (id: string) => string> = {
  workflow_run: (id) => path`/workflow_runs/${id}`,
  extract_run: (id) => path`/extract_runs/${id}`,
  classify_run: (id) => path`/classify_runs/${id}`,
  split_run: (id) => path`/split_runs/${id}`,
  parse_run: (id) => path`/parse_runs/${id}`,
  edit_run: (id) => path`/edit_runs/${id}`,
  workflow: (id) => path`/workflows/${id}`,
  extractor: (id) => path`/extractors/${id}`,
  classifier: (id) => path`/classifiers/${id}`,
  splitter: (id) => path`/splitters/${id}`,
};

const failed = (message: string, code?: string): ExtendApiFailure => new ExtendApiFailure({ kind: 'unreadable', message, code });

/** Neither another download nor the API would make it smaller. */
const TOO_LARGE = 'PAYLOAD_TOO_LARGE';

/** Downloads a payload from its signed address: without the token, bounded in size and time. */
async function download(context: IExecuteFunctions, url: string, skipSslCertificateValidation: boolean): Promise<JsonObject> {
  const answer = (await context.helpers
    .httpRequest({ url, encoding: 'stream', timeout: TIMEOUT_MS, returnFullResponse: true, ignoreHttpStatusErrors: true, skipSslCertificateValidation })
    .catch(() => {
      throw failed('The payload could not be downloaded');
    })) as { statusCode: number; body: AsyncIterable<Buffer> };
  const chunks: Buffer[] = [];
  let size = 0;
  const read = async () => {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > MAX_PAYLOAD_BYTES) throw failed('The payload is larger than 100 MB', TOO_LARGE);
      chunks.push(chunk);
    }
  };
  await read();
  if (answer.statusCode !== 200) throw failed(`The payload's address answered with status ${answer.statusCode}`);
  const payload: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof payload === 'object' && payload !== null) return payload as JsonObject;
  throw failed('The payload is not an object');
}

/**
 * The event with its whole payload. One that came as an address is downloaded; when that fails for good
 * (addresses are valid for an hour), the API is asked for the thing itself.
 * @throws ExtendApiFailure when neither gives it
 */
export async function withPayload(context: IExecuteFunctions, event: WebhookEvent): Promise<WebhookEvent> {
  const url = signedUrlOf(event);
  if (url === undefined) return event;
  // A private deployment keeps its files behind the same certificate.
  const anyCertificate = acceptsAnyCertificate(await context.getCredentials<ExtendCredential & IDataObject>(CREDENTIAL_TYPE));
  const isWebAddress = /^https?:\/\//.test(url);
  for (let tries = 1; isWebAddress && tries <= TRIES; tries++) {
    const payload = await download(context, url, anyCertificate).catch((error: unknown) => {
      if (error instanceof ExtendApiFailure && error.code === TOO_LARGE) throw error;
      return undefined;
    });
    if (payload) return { ...event, payload };
    if (tries < TRIES) await sleep(FIRST_PAUSE_MS * 2 ** tries);
  }
  const [family = ''] = event.eventType.split('.');
  const pathOf = event.eventType.startsWith('workflow_run.step_run') ? undefined : PATHS[family];
  const id = event.payload.id;
  if (!pathOf || typeof id !== 'string') throw failed(`The payload of ${event.eventType} could not be downloaded`);
  const client = await ExtendClient.connect(context);
  return { ...event, payload: await client.request<JsonObject>({ method: 'GET', path: pathOf(id), effect: 'read' }) };
}
