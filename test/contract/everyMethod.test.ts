import { Extend } from 'extend-ai';
import { clientOf } from '../../harness/sandboxClient';
import type { Fault, Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';
import { type Ids, METHODS } from './methods';

let sandbox: Sandbox;
let ids: Ids;

useSandbox((started) => (sandbox = started), { runMs: 60_000 });
beforeEach(async () => {
  const client = clientOf(sandbox);
  const workflow = sandbox.workflowId;
  const { id: file } = await client.files.upload(new File(['x'], 'a.txt'), {});
  const { id: run } = await client.workflowRuns.create({ workflow: { id: workflow }, file: { id: file } });
  const { id: endpoint } = await client.webhookEndpoints.create({ url: 'https://example.com/hook', name: 'n8n', enabledEvents: [], apiVersion: '2026-02-09' });
  const { id: subscription } = await client.webhookSubscriptions.create({
    webhookEndpointId: endpoint,
    resourceType: 'workflow',
    resourceId: workflow,
    enabledEvents: ['workflow_run.failed'],
  });
  ids = { workflow, run, file, endpoint, subscription };
});

const methods = Object.entries(METHODS).flatMap(([resource, own]) => Object.entries(own).map(([name, method]) => ({ resource, name, title: `${resource}.${name}`, ...method })));

/** What is on the server, without the book of requests. */
const things = () => {
  const { batches, runs, files, endpoints, subscriptions } = sandbox.ledger();
  return { batches, runs, files, endpoints, subscriptions };
};

/** The error of a call; nothing may have changed on the server. */
async function refusal(call: PromiseLike<unknown>): Promise<{ statusCode?: number; body?: unknown }> {
  const before = things();
  const error = await call.then(() => undefined, (thrown: unknown) => thrown as { statusCode?: number; body?: unknown });
  expect(error).toBeDefined();
  expect(things()).toEqual(before);
  return error as { statusCode?: number; body?: unknown };
}

it('there are no other methods of these resources', () => {
  const client = clientOf(sandbox);
  const names = Object.keys(METHODS).map((resource) => {
    const prototypes = [client[resource as 'files'] as object];
    for (let one = Object.getPrototypeOf(prototypes[0]) as object; one !== Object.prototype; one = Object.getPrototypeOf(one) as object) prototypes.push(one);
    const found = prototypes.flatMap((one) => Object.getOwnPropertyNames(one)).filter((name) => /^[a-z]/.test(name));
    return [resource, [...new Set(found)].filter((name) => name !== 'constructor' && name !== 'createAndPoll').sort()];
  });
  expect(Object.fromEntries(names)).toEqual(Object.fromEntries(Object.entries(METHODS).map(([resource, own]) => [resource, Object.keys(own).sort()])));
});

describe.each(methods)('$title', ({ resource, name, works, invalid, named }) => {
  const shape = (code: string, retryable = false) => ({ code, retryable, message: expect.any(String), requestId: expect.stringMatching(/^req_/) });

  it('works', async () => {
    await works(clientOf(sandbox), ids);
    expect(sandbox.ledger().requests.at(-1)?.status).toBe(200);
  });

  it('is refused without a known token, and without the permission', async () => {
    const unknown = await refusal(works(clientOf(sandbox, { token: 'sk_other' }), ids));
    expect(unknown).toBeInstanceOf(Extend.UnauthorizedError);
    expect(unknown.body).toMatchObject(shape('UNAUTHORIZED'));
    const forbidden = await refusal(works(clientOf(sandbox, { token: 'sk_no_permission' }), ids));
    expect(forbidden).toBeInstanceOf(Extend.ForbiddenError);
    expect(forbidden.body).toMatchObject(shape('FORBIDDEN'));
  });

  it('needs credits only to start runs', async () => {
    const call = works(clientOf(sandbox, { token: 'sk_no_credits' }), ids);
    if (resource !== 'workflowRuns' || !name.startsWith('create')) return void (await call);
    const error = await refusal(call);
    expect(error).toBeInstanceOf(Extend.PaymentRequiredError);
    expect(error.body).toMatchObject(shape('USAGE_BLOCKED'));
  });

  it('answers faults as they come: too many requests, its own errors, pages of gateways', async () => {
    const fail = async (status: number, body: unknown) => {
      const fault: Fault = { kind: 'status', status, body };
      sandbox.fault({ fault });
      return await refusal(works(clientOf(sandbox), ids));
    };
    const limited = await fail(429, { code: 'RATE_LIMIT_EXCEEDED', message: 'slow down', retryable: true });
    expect(limited).toBeInstanceOf(Extend.TooManyRequestsError);
    const broken = await fail(500, { code: 'INTERNAL_ERROR', message: 'oops', retryable: true });
    expect(broken).toBeInstanceOf(Extend.InternalServerError);
    expect(await fail(502, '<html>Bad Gateway</html>')).toMatchObject({ statusCode: 502, body: expect.anything() });
    await works(clientOf(sandbox), ids);
  });

  if (named) {
    it('does not know an unknown ID', async () => {
      const error = await refusal(works(clientOf(sandbox), { ...ids, [named]: 'unknown_1' }));
      expect(error).toBeInstanceOf(Extend.NotFoundError);
      expect(error.body).toMatchObject(shape('NOT_FOUND'));
    });
  }

  if (invalid) {
    it.each([[400, Extend.BadRequestError], [422, Extend.UnprocessableEntityError]] as const)('refuses what is not valid with %i', async (validationStatus, type) => {
      sandbox.configure({ unknowns: { validationStatus } });
      const error = await refusal(invalid(clientOf(sandbox), ids));
      expect(error).toBeInstanceOf(type);
      expect(error.body).toMatchObject({ ...shape('INVALID_REQUEST'), message: expect.stringMatching(/Path: |\. Path/) });
    });
  }
});
