/**
 * What is left at Extend when a registration or its removal meets refusals and lost answers, by the server's own books,
 * on a real n8n.
 */
import type { Fault } from '../../sandbox';
import { STAGE_TIMEOUT_MS } from '../support/n8nStage';
import { TriggerStage, until } from '../support/triggerStage';

let stage: TriggerStage;

beforeAll(async () => {
  stage = await TriggerStage.open();
}, STAGE_TIMEOUT_MS);

afterAll(async () => await stage?.close());

beforeEach(() => stage.sandbox.reset());

const refusal = (status: number, retryable = false): Fault => ({
  kind: 'status',
  status,
  headers: { 'retry-after': '0.1' },
  body: { code: 'REFUSED', message: 'not now', retryable },
});

describe('a creation', () => {
  it.each<[string, string, Fault]>([
    ['429 at the endpoint', '^/webhook_endpoints$', refusal(429, true)],
    ['500 at the endpoint', '^/webhook_endpoints$', refusal(500, true)],
    ['400 at the endpoint', '^/webhook_endpoints$', refusal(400)],
    ['a connection cut before the endpoint was made', '^/webhook_endpoints$', { kind: 'reset', when: 'before' }],
    ['a connection cut after the endpoint was made', '^/webhook_endpoints$', { kind: 'reset', when: 'after' }],
    ['no answer for a while after the endpoint was made', '^/webhook_endpoints$', { kind: 'timeout', when: 'after', ms: 1500 }],
    ['half an answer after the endpoint was made', '^/webhook_endpoints$', { kind: 'truncated' }],
    ['500 at the subscription', '^/webhook_subscriptions$', refusal(500, true)],
    ['400 at the subscription', '^/webhook_subscriptions$', refusal(400)],
    ['a connection cut after the subscription was made', '^/webhook_subscriptions$', { kind: 'reset', when: 'after' }],
  ])('that meets %s once ends with one endpoint, whose events are accepted', async (_, path, fault) => {
    stage.sandbox.fault({ method: 'POST', path, fault });
    const { id, endpointId } = await stage.listen();
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    expect(await stage.sandbox.deliver({ endpointId })).toEqual([200]);
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 60_000);

  it.each<[string, string, Fault]>([
    ['whose answer is lost every time', '/webhook_endpoints', { kind: 'reset', when: 'after' }],
    ['whose subscription is refused every time', '/webhook_subscriptions', refusal(400)],
  ])('%s leaves nothing behind after all tries of n8n, and the log says why', async (_, path, fault) => {
    stage.sandbox.fault({ method: 'POST', path: `^${path}$`, times: 99, fault });
    const id = await stage.publish(stage.listener());
    const tries = () => stage.sandbox.ledger().requests.filter((request) => request.method === 'POST' && request.path === path).length;
    await until(() => tries() >= 5, 30_000);
    expect(tries()).toBe(5);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
    expect(stage.server.log()).toContain('could not be created in Extend');
    await stage.unpublish(id);
  }, 60_000);

  it('for an n8n that Extend cannot reach says how to become reachable, instead of asking Extend', async () => {
    const data = { apiToken: stage.sandbox.token, region: 'us', plan: 'payAsYouGo' };
    const credential = await stage.n8n.createCredential({ name: 'Cloud', type: 'extendApi', data });
    const before = stage.server.log().length;
    const said = () => stage.server.log().slice(before);
    const id = await stage.publish(stage.listener({}, { credential }));
    await until(() => said().includes('Extend cannot reach this n8n'));
    await stage.unpublish(id);
    expect(said()).toContain('Extend cannot reach this n8n');
    expect(said()).not.toMatch(/could not be (checked|created|removed)/);
  }, 60_000);
});

describe('a removal', () => {
  it('that is refused once is tried again by n8n', async () => {
    const { id } = await stage.listen();
    stage.sandbox.fault({ method: 'DELETE', path: '^/webhook_endpoints/', fault: refusal(403) });
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 60_000);

  it('that never succeeds leaves an endpoint, which the next activation replaces', async () => {
    const { id, endpointId } = await stage.listen();
    const asked = () => stage.sandbox.ledger().requests.filter(({ method }) => method === 'DELETE').length;
    stage.sandbox.fault({ method: 'DELETE', path: '^/webhook_endpoints/', times: 3, fault: refusal(403) });
    await stage.unpublish(id);
    await until(() => asked() === 3);
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    await stage.n8n.activateWorkflow(id);
    await until(() => stage.endpoints[0]?.id !== endpointId || stage.sandbox.ledger().requests.at(-1)?.path === '/webhook_subscriptions');
    expect(await stage.settled(1, 1)).toEqual([1, 1]);
    expect(await stage.sandbox.deliver({ endpointId: stage.endpoints[0]?.id })).toEqual([200]);
    await stage.unpublish(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
  }, 60_000);

  it('of an endpoint that was deleted in Extend ends with none, and is no failure', async () => {
    const { id, endpointId } = await stage.listen();
    await stage.api('DELETE', `/webhook_endpoints/${endpointId}`);
    const before = stage.server.log().length;
    await stage.n8n.deactivateWorkflow(id);
    expect(await stage.settled(0, 0)).toEqual([0, 0]);
    expect(stage.server.log().slice(before)).not.toContain('could not be removed');
  }, 60_000);

  it('leaves an endpoint to whoever gave it another URL in Extend', async () => {
    const { id, endpointId } = await stage.listen();
    await stage.api('POST', `/webhook_endpoints/${endpointId}`, { url: 'http://127.0.0.1:9/elsewhere' });
    await stage.unpublish(id);
    // Long enough for a wrong removal to happen.
    expect(await stage.settled(0, 0, 5000)).toEqual([1, 1]);
  }, 60_000);

  it('leaves other endpoints alone, also of an almost equal URL', async () => {
    const { id, url } = await stage.listen();
    for (const suffix of ['/', '2', '?a=1']) {
      await stage.api('POST', '/webhook_endpoints', { url: url + suffix, name: 'Not ours', enabledEvents: [], apiVersion: '2026-02-09' });
    }
    await stage.unpublish(id);
    expect(await stage.settled(3, 0)).toEqual([3, 0]);
  }, 60_000);
});
