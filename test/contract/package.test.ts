import { createHmac } from 'node:crypto';
import { Extend, ExtendEnvironment, Webhooks } from 'extend-ai';
import { API_VERSION, BASE_URLS } from '../../extend/api/limits';
import type { TargetReference } from '../../extend/api/types';
import { workflow } from '../../extend/kinds/workflow';
import { plan } from '../support/plan';
import { type BatchInput, batchOf } from '../../extend/submission/submitters';
import { EVENT_TYPES, isWorkflowScoped } from '../../extend/webhook/events';
import { refuse, sign, SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../extend/webhook/signature';

/** What this package says about Extend, against what Extend's own client says. */

it('knows the statuses of workflow runs', () => {
  expect([...workflow.statuses].sort()).toEqual(Object.values(Extend.WorkflowRunStatus).sort());
});

it('knows every event, and which of them are of single workflows', () => {
  const scoped = Object.values(Extend.WebhookSubscriptionEventType).filter((event) => event.startsWith('workflow_run.'));
  const all = [...Object.values(Extend.WebhookEndpointEventType), ...scoped];
  expect([...EVENT_TYPES].sort()).toEqual(all.sort());
  expect(EVENT_TYPES.filter(isWorkflowScoped).sort()).toEqual(scoped.sort());
});

it('knows the addresses and the version of the API', () => {
  expect(BASE_URLS).toEqual({ us: ExtendEnvironment.Production, us2: ExtendEnvironment.ProductionUs2, eu: ExtendEnvironment.ProductionEu1 });
  const version: NonNullable<ConstructorParameters<typeof import('extend-ai').ExtendClient>[0]>['extendApiVersion'] = API_VERSION;
  expect(version).toBe('2026-02-09');
});

it("sends batches of the client's type", () => {
  const target: TargetReference = { id: 'w' };
  const input: BatchInput = { file: { url: 'https://a', settings: { password: 'p' } }, metadata: {} };
  const typed: Extend.WorkflowRunsCreateBatchRequest = { workflow: target, inputs: [input], priority: 1 };
  const [chunk] = plan([{ itemIndex: 0, target, files: [input.file], priority: 1 }]);
  expect(chunk && batchOf(workflow).bodyOf(chunk, [input.metadata])).toEqual(typed);
});

describe('signatures', () => {
  const body = '{"eventId":"event_1","payload":{"name":"Größe – 文書"}}';
  const secret = 'wss_test';
  const now = Math.floor(Date.now() / 1000);
  const headersFor = (timestamp: number, signature = sign(secret, String(timestamp), Buffer.from(body))) => ({
    [TIMESTAMP_HEADER]: String(timestamp),
    [SIGNATURE_HEADER]: signature,
  });

  it.each([
    ['genuine', headersFor(now), true],
    ['in upper case', headersFor(now, sign(secret, String(now), Buffer.from(body)).toUpperCase()), true],
    ['almost too old', headersFor(now - 295), true],
    ['too old', headersFor(now - 310), false],
    ['a little ahead', headersFor(now + 50), true],
    ['too far ahead', headersFor(now + 70), false],
    ['of another secret', headersFor(now, createHmac('sha256', 'other').update(`v0:${now}:${body}`).digest('hex')), false],
    ['too short', headersFor(now, 'abcd'), false],
    ['no hex', headersFor(now, 'z'.repeat(64)), false],
  ])('%s: the package and the client agree', (_, headers, genuine) => {
    expect(new Webhooks().verify(body, headers, secret)).toBe(genuine);
    expect(refuse(Buffer.from(body), headers, [secret], now) === undefined).toBe(genuine);
  });
});
