/**
 * What expressions in the panel of Extend Trigger and in its credential may give, from publishing to the delivery of an event,
 * on the sandbox.
 */
import type { IDataObject } from 'n8n-workflow';
import { type Sandbox, startSandbox } from '../../sandbox';
import { sign } from '../../extend/webhook/signature';
import { ExtendTrigger } from '../../nodes/ExtendTrigger/ExtendTrigger.node';
import { clientOf, until } from '../../harness/sandboxClient';
import { type Receiver, startReceiver } from '../../harness/receiver';
import { runExtend } from '../../harness/engine';
import { byId, credentialOf } from '../../harness/onSandbox';
import { triggerWorld } from '../support/triggerContext';

const trigger = new ExtendTrigger();
let sandbox: Sandbox;

beforeAll(async () => (sandbox = await startSandbox({ runMs: 10, deliveryBackoffMs: 5 })));
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const panel = (more: IDataObject = {}): IDataObject => ({ workflows: { values: [{ workflow: byId(sandbox.workflowId) }] }, ...more });

/** Publishes the trigger; the endpoint and what n8n keeps of it. */
async function publish(parameters: IDataObject, more: Partial<Parameters<typeof triggerWorld>[0]> = {}) {
  const world = triggerWorld({ parameters, credential: credentialOf(sandbox), ...more });
  if (!(await trigger.webhookMethods.default.checkExists.call(world.context))) await trigger.webhookMethods.default.create.call(world.context);
  return { staticData: world.staticData, endpoint: sandbox.ledger().endpoints[0] };
}

/** Whether an event with this payload reaches the workflow; or the status that the trigger answers by itself. */
async function passes(parameters: IDataObject, staticData: IDataObject, payload: IDataObject, credential: IDataObject = {}, secret?: string): Promise<boolean | number> {
  const event = { eventId: `event_${Math.random()}`, eventType: 'workflow_run.completed', payload: { object: 'workflow_run', workflow: { id: sandbox.workflowId }, ...payload } };
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign(secret ?? sandbox.secretOf(String(staticData.endpointId)) ?? '', timestamp, Buffer.from(body));
  const headers = { 'x-extend-request-timestamp': timestamp, 'x-extend-request-signature': signature };
  const { context, answers } = triggerWorld({ parameters, credential: credentialOf(sandbox, credential), staticData, delivery: { body, headers } });
  const { workflowData } = await trigger.webhook.call(context);
  return answers[0] ?? workflowData !== undefined;
}

describe('a filter', () => {
  const date = new Date('2026-11-25T02:00:00.000Z');
  const metadata = (...values: unknown[]) => ({ metadata: { values: values.map((value) => ({ name: 'n', value })) } });

  it.each<[string, IDataObject, IDataObject, IDataObject]>([
    ['batch IDs as a list', { batchIds: ['batch_1', 'batch_2'] }, { batchId: 'batch_2' }, { batchId: 'batch_3' }],
    ['batch IDs as lists of text with commas', { batchIds: ['batch_1, batch_2', 'batch_3'] }, { batchId: 'batch_2' }, { batchId: 'batch_4' }],
    ['a batch ID that is a number', { batchIds: 17 }, { batchId: '17' }, { batchId: '1' }],
    ['metadata that is a number', metadata(5), { metadata: { n: 5 } }, { metadata: { n: 6 } }],
    ['metadata that is 0', metadata(0), { metadata: { n: 0 } }, { metadata: { n: '' } }],
    ['metadata that is a boolean', metadata(false), { metadata: { n: false } }, { metadata: { n: true } }],
    ['metadata with blanks around it', metadata(' c-1\n'), { metadata: { n: 'c-1' } }, { metadata: { n: 'c-2' } }],
    ['metadata that is a date', metadata(date as never), { metadata: { n: date.toISOString() } }, { metadata: { n: '2026' } }],
    ['metadata that is a list', metadata(['a', 2]), { metadata: { n: 2 } }, { metadata: { n: 'b' } }],
    ['conditions with the same name', metadata('a', 'b'), { metadata: { n: 'b' } }, { metadata: { n: 'c' } }],
    ['a nested name', { metadata: { values: [{ name: ' customer.id ', value: 7 }] } }, { metadata: { customer: { id: '7' } } }, { metadata: { customer: 7 } }],
  ])('understands %s', async (_, options, mine, other) => {
    const parameters = panel({ options });
    const { staticData, endpoint } = await publish(parameters);
    expect(endpoint?.status).toBe('enabled');
    expect([await passes(parameters, staticData, mine), await passes(parameters, staticData, other)]).toEqual([true, false]);
  });

  it.each<[string, IDataObject, string]>([
    ['an object as batch ID', { options: { batchIds: { id: 'batch_1' } } }, 'Batch IDs is not a text'],
    ['a list of objects as batch IDs', { options: { batchIds: [{ batchId: 'batch_1' }] } }, 'Batch IDs is not a text'],
    ['a boolean as batch ID', { options: { batchIds: true } }, 'Batch IDs is not a text'],
    ['an object as metadata', { options: { metadata: { values: [{ name: 'n', value: { a: 1 } }] } } }, 'Metadata is not a text'],
    ['metadata without a value', { options: { metadata: { values: [{ name: 'n', value: [] }] } } }, 'Metadata has no value for "n"'],
    ['metadata without a name', { options: { metadata: { values: [{ name: ' ', value: 'v' }] } } }, 'Metadata has a condition without a name'],
    ['a workflow that is an object', { workflows: { values: [{ workflow: { value: { id: 'w' } } }] } }, 'Selected Workflows is not a text'],
    ['an empty workflow beside another', { workflows: { values: [{ workflow: byId('workflow_1') }, { workflow: byId('') }] } }, 'No workflow is chosen'],
    ['no event', { events: [] }, 'No event is chosen'],
  ])('refuses %s at publishing, with both setups, and makes no endpoint', async (_, more, message) => {
    for (const webhookSetup of ['automatic', 'manual']) await expect(publish(panel({ ...more, webhookSetup }))).rejects.toMatchObject({ message });
    expect(sandbox.ledger().endpoints).toEqual([]);
  });

  it('is not all that is read: a size must be a number', async () => {
    await expect(publish(panel({ options: { largeResultSizeKb: 'large' } }))).rejects.toMatchObject({ message: 'Large Result Size (KB) is not a number of at least 1' });
    await publish(panel({ options: { largeResultSizeKb: '0.5' } })).catch(() => undefined);
    expect(sandbox.ledger().endpoints).toEqual([]);
    const { endpoint } = await publish(panel({ options: { largeResultSizeKb: '2.5' } }));
    expect(await clientOf(sandbox).webhookEndpoints.retrieve(endpoint?.id ?? '')).toMatchObject({ advancedOptions: { payload: { format: 'url', urlThresholdBytes: 2560 } } });
  });

  it('that is an expression without a result is no filter that lets everything through', async () => {
    const parameters = panel({ options: { batchIds: '={{ $vars.none }}' } });
    const world = triggerWorld({ parameters, credential: credentialOf(sandbox) });
    const read = world.context.getNodeParameter.bind(world.context) as (name: string, fallback: unknown) => unknown;
    Object.assign(world.context, { getNodeParameter: (name: string, fallback: unknown) => (name === 'options' ? { batchIds: null } : read(name, fallback)) });
    await expect(trigger.webhookMethods.default.create.call(world.context)).rejects.toMatchObject({ message: 'Batch IDs is empty' });
    const { endpoint } = await publish(panel({ options: { batchIds: '' } }));
    expect(endpoint?.status).toBe('enabled');
  });
});

describe('All Workflows', () => {
  let receiver: Receiver;
  beforeEach(async () => (receiver = await startReceiver()));
  afterEach(async () => await receiver.close());

  const api = async <T>(path: string, body: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${sandbox.token}`, 'x-extend-api-version': '2026-02-09', 'content-type': 'application/json' };
    return (await (await fetch(`${sandbox.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as T;
  };

  const received = async (type: string) => {
    await until(() => receiver.received.some(({ event }) => event.eventType === type), type);
    return receiver.received.filter(({ event }) => event.eventType === type).at(-1);
  };

  const hand = async (parameters: IDataObject, staticData: IDataObject, type: string) => {
    const delivered = await received(type);
    const { context, answers, logs } = triggerWorld({ parameters, credential: credentialOf(sandbox), staticData, delivery: { body: delivered?.raw ?? '', headers: (delivered?.headers ?? {}) as Record<string, string> } });
    return { ...(await trigger.webhook.call(context)), answers, logs };
  };

  it('includes those that are created later, whose event starts nothing unless it is chosen', async () => {
    const parameters = panel({ workflowSelection: 'all' });
    const { staticData, endpoint } = await publish(parameters, { url: receiver.url });
    expect(endpoint?.enabledEvents).toEqual(['workflow.created', 'workflow.deployed']);
    const { id } = await api<{ id: string }>('/workflows', { name: 'Later' });
    expect((await hand(parameters, staticData, 'workflow.created')).workflowData).toBeUndefined();
    expect(sandbox.ledger().subscriptions.map(({ resourceId, enabledEvents }) => [resourceId, enabledEvents])).toEqual(
      [sandbox.workflowId, id].map((workflowId) => [workflowId, ['workflow_run.completed', 'workflow_run.failed']]),
    );
    await api(`/workflows/${id}/versions`, {});
    expect((await hand(parameters, staticData, 'workflow.deployed')).workflowData).toBeUndefined();
    await api('/workflow_runs', { workflow: { id }, file: { text: 'Invoice' } });
    const { workflowData } = await hand(parameters, staticData, 'workflow_run.completed');
    expect(workflowData?.[0]?.[0]?.json).toMatchObject({ payload: { workflow: { id } } });
    expect(sandbox.ledger().subscriptions).toHaveLength(2);

    const chosen = panel({ workflowSelection: 'all', events: ['workflow_run.completed', 'workflow.created'] });
    expect((await hand(chosen, staticData, 'workflow.created')).workflowData).toHaveLength(1);
  });

  it.each<[string, number, number[]]>([
    ['later, when Extend delivers the event again, after a temporary failure', 500, [503]],
    ['never, after a refusal, which is logged', 403, []],
  ])('are subscribed %s', async (_, status, answered) => {
    const parameters = panel({ workflowSelection: 'all' });
    const { staticData } = await publish(parameters, { url: receiver.url });
    await api('/workflows', { name: 'Later' });
    sandbox.fault({ method: 'POST', path: '^/webhook_subscriptions$', times: 20, fault: { kind: 'status', status, headers: { 'retry-after': '0.01' }, body: { code: 'X', message: 'not now', retryable: status >= 500 } } });
    const { answers, logs } = await hand(parameters, staticData, 'workflow.created');
    expect(answers).toEqual(answered);
    expect(logs.join()).toContain('could not subscribe to the new workflow');
  }, 60_000);

  it('listens for new workflows only when it has to', async () => {
    expect((await publish(panel())).endpoint?.enabledEvents).toEqual([]);
    sandbox.reset();
    expect((await publish(panel({ workflowSelection: 'all', events: ['extract_run.failed'] }))).endpoint?.enabledEvents).toEqual(['extract_run.failed']);
  });
});

describe('the credential', () => {
  it('may have blanks around its token that are removed later: events are still verified', async () => {
    const { staticData } = await publish(panel(), { credential: credentialOf(sandbox, { apiToken: `${sandbox.token}\n` }) });
    expect(await passes(panel(), staticData, {})).toBe(true);
  });

  it.each([['a number', 12345, '12345'], ['a text with blanks', ' wss_a, wss_b \n', 'wss_b']])('may have %s as signing secret', async (_, webhookSigningSecret, secret) => {
    const parameters = panel({ webhookSetup: 'manual' });
    expect(await passes(parameters, {}, {}, { webhookSigningSecret }, secret)).toBe(true);
    expect(await passes(parameters, {}, {}, { webhookSigningSecret }, 'wss_x')).toBe(401);
  });
});

describe('the name of the endpoint', () => {
  it.each([
    ['emojis', `${'x'.repeat(92)}📄📄📄`, `n8n: ${'x'.repeat(92)}📄`],
    ['a family, which is one character of several', `${'x'.repeat(90)}👨‍👩‍👧`, `n8n: ${'x'.repeat(90)}`],
    ['an accent of its own', `${'x'.repeat(94)}e\u0301`, `n8n: ${'x'.repeat(94)}`],
    ['half an emoji', 'half \ud83d', 'n8n: half \ufffd / Extend Trigger'],
  ])('is whole characters, with %s', async (_, workflowName, name) => {
    const { endpoint } = await publish(panel(), { workflowName });
    expect((endpoint as { name?: string } | undefined)?.name).toBe(name);
  });
});

describe('Include Confidence', () => {
  const step = { object: 'workflow_step_run', id: 's', status: 'PROCESSED', stepType: 'EXTRACT', step: { name: 'Invoice', type: 'EXTRACT' }, result: { extractRun: { output: { value: { total: 1 }, metadata: { total: { ocrConfidence: 0.9 } } } } } };
  const run = { object: 'workflow_run', id: 'r', status: 'PROCESSED', stepRuns: [step] };
  const confidence = { Invoice: { total: { ocr: 0.9, model: null, reviewScore: null } } };

  it.each([['run', 'workflow_run.completed', run], ['step', 'workflow_run.step_run.processed', step]])('adds confidence to the event of a %s', async (_, eventType, payload) => {
    const emit = async (options: IDataObject) => {
      const input = [{ eventId: 'e', eventType, payload, receivedAt: 'now' } as unknown as IDataObject];
      const parameters = panel({ events: [eventType], workflowSelection: 'all', options });
      return (await runExtend({ type: 'n8n-nodes-extend.extendTrigger', mode: 'manual', parameters, credential: credentialOf(sandbox), input })).json[0];
    };
    expect(await emit({ includeConfidence: true })).toMatchObject({ outputs: { Invoice: { total: 1 } }, confidence });
    expect(await emit({})).not.toHaveProperty('confidence');
  });
});
