import { Extend, type ExtendClient } from 'extend-ai';
import { clientOf } from '../../harness/sandboxClient';
import { type Sandbox, startSandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;
let client: ExtendClient;
let workflow: { id: string };

useSandbox((started) => {
  sandbox = started;
  client = clientOf(sandbox);
  workflow = { id: sandbox.workflowId };
}, {});

const file = { text: 'Invoice' };
const batch = (inputs: unknown[], more: object = {}) => ({ workflow, inputs, ...more }) as Extend.WorkflowRunsCreateBatchRequest;

/** The error of a call that must fail. */
const errorOf = async (call: PromiseLike<unknown>): Promise<{ statusCode: number; body: Extend.ApiError; rawResponse: { headers: Headers } }> => {
  const outcome = await Promise.resolve(call).then(() => 'it succeeded', (error: unknown) => error);
  expect(outcome).toBeInstanceOf(Error);
  return outcome as Awaited<ReturnType<typeof errorOf>>;
};

describe('the gate', () => {
  it('explains every refusal in the flat shape, with the request id in body and header', async () => {
    const { statusCode, body, rawResponse } = await errorOf(clientOf(sandbox, { token: 'sk_other' }).workflows.list());
    expect(statusCode).toBe(401);
    expect(body).toEqual({ code: 'UNAUTHORIZED', message: expect.any(String), retryable: false, requestId: expect.stringMatching(/^req_/) });
    expect(rawResponse.headers.get('x-extend-request-id')).toBe(body.requestId);
  });

  it.each([
    ['a wrong token', { token: 'sk_other' }, Extend.UnauthorizedError],
    ['a token without credits', { token: 'sk_no_credits' }, Extend.PaymentRequiredError],
    ['a token without permission', { token: 'sk_no_permission' }, Extend.ForbiddenError],
    ['another API version', { headers: { 'x-extend-api-version': '2024-12-23' } }, Extend.BadRequestError],
  ])('refuses %s', async (_, options, type) => {
    const other = clientOf(sandbox, { token: sandbox.token, ...options });
    const call = other.workflowRuns.createBatch(batch([{ file }]), 'headers' in options ? { headers: options.headers } : undefined);
    await expect(call).rejects.toThrow(type);
    expect(sandbox.ledger().runs).toHaveLength(0);
  });

  it('lets a token without credits read', async () => {
    expect((await clientOf(sandbox, { token: 'sk_no_credits' }).workflows.list()).data).toHaveLength(1);
  });

  it('wants the version header, and `Bearer` before the token', async () => {
    const status = async (headers: Record<string, string>) => (await fetch(`${sandbox.url}/workflows`, { headers })).status;
    const version = { 'x-extend-api-version': '2026-02-09' };
    expect(await status({ authorization: `Bearer ${sandbox.token}`, ...version })).toBe(200);
    expect(await status({ authorization: `Bearer ${sandbox.token}` })).toBe(400);
    expect(await status({ authorization: sandbox.token, ...version })).toBe(401);
    expect(await status(version)).toBe(401);
  });

  it('wants the workspace of an organization key on every request', async () => {
    sandbox.configure({ requireWorkspaceId: 'ws_1' });
    await expect(client.workflows.list()).rejects.toThrow(Extend.BadRequestError);
    const inWorkspace = (id: string) => clientOf(sandbox, { headers: { 'x-extend-workspace-id': id } });
    await expect(inWorkspace('ws_2').workflows.list()).rejects.toThrow(Extend.BadRequestError);
    expect((await inWorkspace('ws_1').workflows.list()).data).toHaveLength(1);
  });

  it('never writes a token into the ledger', async () => {
    await client.workflows.list();
    await errorOf(clientOf(sandbox, { token: 'sk_other' }).workflows.list());
    const { requests } = sandbox.ledger();
    expect(requests.map(({ headers, status }) => [headers.authorization, status])).toEqual([['right', 200], ['wrong', 401]]);
    expect(JSON.stringify(requests)).not.toMatch(/sk_/);
  });
});

describe('a body', () => {
  it.each<[string, () => Extend.WorkflowRunsCreateBatchRequest, RegExp]>([
    ['without inputs', () => batch([]), /Path: inputs$/],
    ['with more than 1000 inputs', () => batch(Array(1001).fill({ file })), /Path: inputs$/],
    ['with an unknown key', () => batch([{ file }], { name: 'x' }), /Unrecognized key name/],
    ['with an unknown key in an input', () => batch([{ file, priority: 1 }]), /Path: inputs\[0\]$/],
    ['with a document in two forms', () => batch([{ file }, { file: { text: 'a', id: 'b' } }]), /Path: inputs\[1\]\.file$/],
    ['with a document in no form', () => batch([{ file: {} }]), /Path: inputs\[0\]\.file$/],
    ['with an empty text', () => batch([{ file: { text: '' } }]), /Path: inputs\[0\]\.file\.text$/],
    ['with a relative URL', () => batch([{ file: { url: '/a.pdf' } }]), /Path: inputs\[0\]\.file\.url$/],
    ['with an ftp URL', () => batch([{ file: { url: 'ftp://example.com/a.pdf' } }]), /Path: inputs\[0\]\.file\.url$/],
    ['with an unknown file', () => batch([{ file: { id: 'file_1' } }]), /Path: inputs\[0\]\.file\.id$/],
    ['with metadata that is a list', () => batch([{ file, metadata: [] }]), /Path: inputs\[0\]\.metadata$/],
    ['with metadata over 10 KB', () => batch([{ file, metadata: { a: 'ü'.repeat(6000) } }]), /Path: inputs\[0\]\.metadata$/],
    ['with priority 0', () => batch([{ file }], { priority: 0 }), /Path: priority$/],
    ['with priority 101', () => batch([{ file }], { priority: 101 }), /Path: priority$/],
    ['without a workflow', () => ({ inputs: [{ file }] }) as unknown as Extend.WorkflowRunsCreateBatchRequest, /workflow/],
  ])('%s is refused whole', async (_, body, message) => {
    const error = await errorOf(client.workflowRuns.createBatch(body()));
    expect(error).toBeInstanceOf(Extend.BadRequestError);
    expect(error.body).toMatchObject({ code: 'INVALID_REQUEST', retryable: false, message: expect.stringMatching(message) });
    expect(sandbox.ledger().runs).toHaveLength(0);
  });

  it('may have the bounds themselves', async () => {
    const metadata = { a: 'x'.repeat(10 * 1024 - '{"a":""}'.length) };
    await client.workflowRuns.createBatch(batch(Array(1000).fill({ file, metadata }), { priority: 100 }));
    expect(sandbox.ledger().runs).toHaveLength(1000);
  });

  it('is refused when it is larger than the server takes', async () => {
    await using small = await startSandbox({ maxBodyBytes: 1000 });
    const call = clientOf(small).workflowRuns.createBatch({ workflow: { id: small.workflowId }, inputs: [{ file: { text: 'x'.repeat(2000) } }] });
    expect((await errorOf(call)).statusCode).toBe(413);
  });

  it('that is no JSON is refused, an empty one is fine where none is needed', async () => {
    sandbox.configure({ runMs: 60_000 });
    const { id } = await client.workflowRuns.create({ workflow, file });
    const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    const send = async (body: string) => await fetch(`${sandbox.url}/workflow_runs/${id}/cancel`, { method: 'POST', headers, body });
    expect((await send('{')).status).toBe(400);
    expect(await (await send('')).json()).toMatchObject({ status: 'CANCELLING' });
  });
});

describe('unknown ids', () => {
  it.each<[string, () => PromiseLike<unknown>]>([
    ['workflow', () => client.workflowRuns.createBatch({ workflow: { id: 'workflow_x' }, inputs: [{ file }] })],
    ['version', () => client.workflowRuns.createBatch({ workflow: { ...workflow, version: '2' }, inputs: [{ file }] })],
    ['run', () => client.workflowRuns.retrieve('workflow_run_x')],
    ['run to cancel', () => client.workflowRuns.cancel('workflow_run_x')],
    ['workflow to read', () => client.workflows.retrieve('workflow_x')],
    ['file', () => client.files.retrieve('file_x')],
    ['endpoint', () => client.webhookEndpoints.retrieve('wh_x')],
    ['subscription', () => client.webhookSubscriptions.retrieve('whes_x')],
  ])('of a %s are answered with 404', async (_, call) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(Extend.NotFoundError);
    expect(error.body).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  });
});
