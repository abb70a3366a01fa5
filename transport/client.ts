import type {
  ICredentialDataDecryptedObject,
  IDataObject,
  IExecuteFunctions,
  IHookFunctions,
  IHttpRequestMethods,
  IHttpRequestOptions,
  ILoadOptionsFunctions,
  IN8nHttpFullResponse,
  IWebhookFunctions,
} from 'n8n-workflow';
import { MAX_PAGE_SIZE } from '../extend/api/limits';
import { ExtendApiFailure, readErrorAnswer } from '../extend/api/errors';
import type { Category } from '../extend/api/pace';
import { Pages } from '../extend/api/paging';
import { type Effect, retryDelayMs } from '../extend/api/retry';
import type { JsonObject, Page } from '../extend/api/types';
import { settle } from '../extend/settle';
import { isWellFormed } from '../extend/text';
import { acceptsAnyCertificate, baseUrlOf, baseUrlProblem, CREDENTIAL_TYPE, type ExtendCredential } from './credential';
import { networkFailure } from './networkFailure';
import { paceFor, takeTurn } from './pacing';
import { pause } from './pause';

/** Every context of n8n from which Extend can be called. */
export type Context = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions | IWebhookFunctions;

export interface ApiRequest {
  method: IHttpRequestMethods;
  /** Made with {@link path}, so that ids are encoded. */
  path: string;
  query?: JsonObject;
  body?: JsonObject;
  /** Decides when the request may be sent again. */
  effect: Effect;
  /** The limit it counts against; GET for reads, RUN for requests that start work, else WRITE. */
  category?: Category;
  /** Asked when the turn has come: a reason, found meanwhile, not to send the request any more. */
  unless?: () => ExtendApiFailure | undefined;
  /** A body that can be read only once is made anew for every try. */
  makeBody?: () => Promise<Pick<IHttpRequestOptions, 'body' | 'headers'>>;
}

const TIMEOUT_MS = { read: 60_000, write: 300_000, start: 300_000 } as const;

/** Builds a path whose ids cannot leave it: reserved characters are encoded, dot segments refused. */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
  return ids.reduce((built, id, index) => {
    if (id.trim() === '' || /^\.{1,2}$/.test(id) || !isWellFormed(id)) {
      throw new ExtendApiFailure({ kind: 'http', status: 404, code: 'NOT_FOUND', message: `"${id}" is not an ID` });
    }
    return built + encodeURIComponent(id) + parts[index + 1];
  }, parts[0] ?? '');
}

/** Why a request cannot be sent as it is. */
function requestProblem(baseUrl: string, { query }: ApiRequest): ExtendApiFailure | undefined {
  const problem = baseUrlProblem(baseUrl);
  if (problem) return new ExtendApiFailure({ kind: 'network', code: 'ERR_INVALID_URL', message: problem, neverSent: true, retryable: false });
  const broken = Object.entries(query ?? {}).find(([, value]) => typeof value === 'string' && !isWellFormed(value));
  const message = `"${broken?.[0]}" has half a character (a lone surrogate) in it`;
  return broken && new ExtendApiFailure({ kind: 'http', status: 400, code: 'INVALID_REQUEST', message, neverSent: true });
}

/** A JSON body; n8n would leave out one without keys, where Extend's own client sends `{}`. */
const bodyOf = (body: JsonObject): Pick<IHttpRequestOptions, 'body' | 'headers'> =>
  Object.keys(body).length > 0 ? { body: body as IDataObject } : { body: '{}', headers: { 'Content-Type': 'application/json' } };

/**
 * Extend's API for one node: sends requests with the credential, below the plan's rate, again where that
 * is safe, and ends every failure as an {@link ExtendApiFailure}.
 */
export class ExtendClient {
  /** How far Extend's clock is ahead of ours, in milliseconds, as its last answer showed. */
  clockAheadMs = 0;

  private constructor(
    private readonly context: Context,
    private readonly credential: ExtendCredential,
  ) {}

  /** Reads the credential once; n8n would decrypt it again for every request. */
  static async connect(context: Context): Promise<ExtendClient> {
    return new ExtendClient(context, await context.getCredentials<ExtendCredential & IDataObject>(CREDENTIAL_TYPE));
  }

  get baseUrl(): string {
    return baseUrlOf(this.credential);
  }

  /** A deployment other than Extend's own regions, which may sit in the same network as n8n. */
  get isCustomDeployment(): boolean {
    return this.credential.region === 'custom';
  }

  /** Fires when the user stops the execution; absent outside of executions. */
  get signal(): AbortSignal | undefined {
    return 'getExecutionCancelSignal' in this.context ? this.context.getExecutionCancelSignal() : undefined;
  }

  /**
   * Sends a request until it succeeds or may not be sent again.
   * @returns the answer's JSON
   * @throws ExtendApiFailure when Extend refuses, cannot be reached or answers what is not JSON
   */
  async request<T>(request: ApiRequest): Promise<T> {
    const category = request.category ?? ({ read: 'GET', write: 'WRITE', start: 'RUN' } as const)[request.effect];
    const problem = requestProblem(this.baseUrl, request);
    if (problem) throw problem;
    const pace = paceFor(this.credential, this.baseUrl, category);
    for (let tries = 1; ; tries++) {
      const sentAt = await takeTurn(pace, this, this.signal);
      const reason = request.unless?.();
      if (reason) throw reason;
      const { value: answer, failure } = await settle(this.send<T>(request));
      if (!failure) return answer;
      // The first try has deleted it; only its answer was lost.
      if (request.method === 'DELETE' && failure.status === 404 && tries > 1) return {} as T;
      const delay = retryDelayMs(request.effect, failure, tries, Math.random());
      if (failure.status === 429) pace.tooFast(sentAt, delay ?? 0);
      if (delay === undefined) throw failure;
      await pause(delay, this.signal);
    }
  }

  /**
   * One page of a list call.
   * @param query empty values are left out
   */
  async page<T>(listPath: string, query: JsonObject = {}, pageSize = MAX_PAGE_SIZE): Promise<Partial<Page<T>>> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    return await this.request({ method: 'GET', path: listPath, query: { ...Object.fromEntries(given), maxPageSize: pageSize }, effect: 'read' });
  }

  /**
   * Every page of a list call, to the last. The cursor belongs to the query, so each page repeats it.
   * @throws ExtendApiFailure also when the list has no end
   */
  async *pages<T>(listPath: string, query: JsonObject = {}, pageSize = MAX_PAGE_SIZE): AsyncGenerator<T[]> {
    const pages = new Pages<T>();
    do {
      yield pages.take(await this.page(listPath, { ...query, nextPageToken: pages.token }, pageSize));
    } while (pages.token);
  }

  /** Every entry of a list call; no further page is asked for once the reader stops. */
  async *list<T>(listPath: string, query?: JsonObject, pageSize?: number): AsyncGenerator<T> {
    for await (const page of this.pages<T>(listPath, query, pageSize)) yield* page;
  }

  private async send<T>({ method, path: url, query, body, makeBody, effect }: ApiRequest): Promise<T> {
    const options: IHttpRequestOptions = {
      method,
      baseURL: this.baseUrl,
      url,
      qs: query as IDataObject | undefined,
      json: true,
      timeout: TIMEOUT_MS[effect],
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
      // The API never redirects; following one could carry the token to another host, and n8n would
      // hold a streamed body in memory to be able to repeat it.
      disableFollowRedirect: true,
      skipSslCertificateValidation: acceptsAnyCertificate(this.credential),
      ...(body && bodyOf(body)),
      ...(await makeBody?.()),
    };
    const data = { ...this.credential } as unknown as ICredentialDataDecryptedObject;
    const credentialsDecrypted = { id: '', name: '', type: CREDENTIAL_TYPE, data };
    const answer: IN8nHttpFullResponse = await this.context.helpers.httpRequestWithAuthentication
      .call(this.context, CREDENTIAL_TYPE, options, { credentialsDecrypted })
      .catch((error: unknown) => {
        throw networkFailure(error, this.baseUrl);
      });
    const { statusCode, headers } = answer;
    const date = Date.parse(String(headers.date));
    if (!Number.isNaN(date)) this.clockAheadMs = date - Date.now();
    if (statusCode < 200 || statusCode > 299) {
      throw readErrorAnswer({ status: statusCode, headers, body: answer.body }, Date.now());
    }
    if (typeof answer.body !== 'object' || answer.body === null) {
      const requestId = headers['x-extend-request-id'];
      throw new ExtendApiFailure({
        kind: 'unreadable',
        message: 'The answer is not the JSON that the API describes',
        ...(typeof requestId === 'string' && { requestId }),
      });
    }
    return answer.body as T;
  }
}
