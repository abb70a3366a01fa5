import { Extend, ExtendClient } from 'extend-ai';
import fc from 'fast-check';
import { readEvent } from '../../extend/webhook/envelope';
import { EVENT_TYPES, isWorkflowScoped } from '../../extend/webhook/events';
import { type EventFilter, isWanted } from '../../extend/webhook/filter';
import { open, seal } from '../../extend/webhook/secretBox';
import { refuse, sign } from '../../extend/webhook/signature';

const sdk = new ExtendClient({ token: 'unused' }).webhooks;

/** Vectors of the contract; the first was accepted by the SDK's own verifier when it was made. */
const VECTORS = [
  {
    secret: 'wss_test_4f9c2d7e8a1b',
    timestamp: '1767225600',
    body: '{"eventId":"event_test_0001","eventType":"workflow_run.completed","payload":{"object":"workflow_run","id":"workflow_run_test0001","status":"PROCESSED","batchId":"batch_test01","metadata":{"n8nItem":7}}}',
    signature: '6f74232a4621cc36ad0552bc3c1c1e855e09cab230c81019715fd3de1aa7d7eb',
  },
  {
    secret: 'wss_test_4f9c2d7e8a1b',
    timestamp: '1767225600',
    body: '{\n  "eventId": "event_test_0002",\n  "eventType": "workflow_run.failed",\n  "payload": { "object": "workflow_run", "id": "workflow_run_test0002", "failureMessage": "Größe – 文書" }\n}\n',
    signature: '287abeb9ca54c4e9cec0ed04a4d34e6caffc3244eedc9021192142230f704b64',
  },
  {
    secret: 'wss_another_secret',
    timestamp: '1700000000',
    body: '{"eventId":"event_test_0003","eventType":"workflow_run.completed","payload":{"object":"signed_data_url","id":"workflow_run_test0003","data":"https://example.com/signed?X=1&Y=2","metadata":{"k":"v"}}}',
    signature: '34a0cc0c8f4b57f671fad5a88ab93d93629155231ec1ebd1033132cac0e1223c',
  },
  { secret: 's', timestamp: '0', body: '', signature: 'fe8bb928620ca34a170e342e8c778af4c454148145a7b73be50275367dcb2a7f' },
];

const headersOf = (timestamp: string, signature: string) => ({
  'x-extend-request-timestamp': timestamp,
  'x-extend-request-signature': signature,
});

describe('a signature', () => {
  it.each(VECTORS)('of vector $signature is made and accepted', ({ secret, timestamp, body, signature }) => {
    const raw = Buffer.from(body);
    expect(sign(secret, timestamp, raw)).toBe(signature);
    expect(refuse(raw, headersOf(timestamp, signature), [secret], Number(timestamp))).toBeUndefined();
    expect(refuse(raw, headersOf(timestamp, signature.toUpperCase()), ['wss_old', secret], Number(timestamp))).toBeUndefined();
  });

  it('is refused with the reason, which holds no secret', () => {
    const [{ secret, timestamp, body, signature }] = VECTORS as [(typeof VECTORS)[0]];
    const now = Number(timestamp);
    const raw = Buffer.from(body);
    const good = headersOf(timestamp, signature);
    expect(refuse(Buffer.from(`${body} `), good, [secret], now)).toBe('the signature does not match');
    expect(refuse(raw, good, [], now)).toBe('no secret is known');
    expect(refuse(raw, good, [''], now)).toBe('no secret is known');
    expect(refuse(raw, { ...good, 'x-extend-request-signature': undefined }, [secret], now)).toBe('the signature header is missing');
    expect(refuse(raw, { ...good, 'x-extend-request-timestamp': undefined }, [secret], now)).toBe('the timestamp header is missing');
    expect(refuse(raw, headersOf(timestamp, `${signature}00`), [secret], now)).toBe('the signature does not match');
    expect(refuse(raw, good, [secret], now + 301)).toBe('the timestamp is too old');
    expect(refuse(raw, good, [secret], now + 300)).toBeUndefined();
    expect(refuse(raw, good, [secret], now - 61)).toBe('the timestamp lies in the future');
    expect(refuse(raw, good, [secret], now - 60)).toBeUndefined();
    expect(refuse(raw, headersOf('soon', sign(secret, 'soon', raw)), [secret], now)).toBe('the timestamp is not a number');
  });

  it("is judged as the SDK's own verifier judges it", () => {
    const now = Math.floor(Date.now() / 1000);
    const tamper = fc.constantFrom('none', 'body', 'secret', 'signature', 'case', 'short', 'missing');
    // A second on each side of the window is left out: the SDK reads the clock itself.
    const age = fc.integer({ min: -400, max: 400 }).filter((seconds) => Math.abs(seconds - 300) > 2 && Math.abs(seconds + 60) > 2);
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), tamper, age, (body, secret, how, seconds) => {
        const timestamp = String(now - seconds);
        const genuine = sign(how === 'secret' ? `${secret}x` : secret, timestamp, Buffer.from(body));
        const signature = { case: genuine.toUpperCase(), short: genuine.slice(2), signature: genuine.replace(/^./, (c) => (c === '0' ? '1' : '0')), missing: undefined }[how as 'case'] ?? (how === 'missing' ? undefined : genuine);
        const headers = { 'x-extend-request-timestamp': timestamp, ...(signature !== undefined && { 'x-extend-request-signature': signature }) };
        const sent = how === 'body' ? `${body}x` : body;
        expect(refuse(Buffer.from(sent), headers, [secret], now) === undefined).toBe(sdk.verify(sent, headers, secret));
      }),
    );
  });
});

describe('the signing secret', () => {
  it('comes back with the same token only', () => {
    const box = seal('wss_secret', 'sk_token');
    expect(open(box, 'sk_token')).toBe('wss_secret');
    expect(open(box, 'sk_other')).toBeUndefined();
    expect(box).not.toContain('wss');
    expect(seal('wss_secret', 'sk_token')).not.toBe(box);
  });

  it('is refused when the box was changed', () => {
    const box = seal('wss_secret', 'sk_token');
    const bytes = Buffer.from(box.slice(3), 'base64');
    for (const i of [0, 17, 30, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(open(`v1.${changed.toString('base64')}`, 'sk_token')).toBeUndefined();
    }
    expect([open('', 'sk_token'), open('v2.AAAA', 'sk_token'), open('v1.AAAA', 'sk_token')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('events', () => {
  it("are the SDK's, each once, and scoped as the API scopes them", () => {
    const types = EVENT_TYPES;
    const known = [...Object.values(Extend.WebhookEndpointEventType), ...Object.values(Extend.WebhookSubscriptionEventType)];
    expect([...types].sort()).toEqual([...new Set(known)].sort());
    expect(new Set(types).size).toBe(38);
    expect(types.filter((type) => !isWorkflowScoped(type)).sort()).toEqual(Object.values(Extend.WebhookEndpointEventType).sort());
  });

  it.each(['', 'null', '[]', '{"eventId":1,"eventType":"x"}', '{"eventId":"","eventType":"x"}', '{"eventId":"e"}', '{broken'])('%j is none', (body) => {
    expect(readEvent(Buffer.from(body))).toBeUndefined();
  });
});

describe('a filter', () => {
  const filter = (more: Partial<EventFilter> = {}): EventFilter => ({ events: ['workflow_run.completed'], batchIds: [], metadata: [], ...more });
  const event = (payload: Record<string, unknown> = {}, eventType = 'workflow_run.completed') => ({ eventId: 'e', eventType, payload });
  const run = { workflow: { id: 'w1' }, batchId: 'b1', metadata: { customer: 17, tags: ['a'], paid: true, note: ' to check ', pair: [1, 2], order: { customer: { id: 'c-1' } }, 'a.b': 'whole', a: { b: 'nested' }, 'c.d': { e: 'inside' } } };

  it.each<[string, Partial<EventFilter>, boolean]>([
    ['the chosen event', {}, true],
    ['another event', { events: ['workflow_run.failed'] }, false],
    ['its workflow', { workflowIds: ['w1'] }, true],
    ['another workflow', { workflowIds: ['w2'] }, false],
    ['its batch', { batchIds: ['b0', 'b1'] }, true],
    ['another batch', { batchIds: ['b2'] }, false],
    ['its metadata', { metadata: [{ name: 'customer', values: ['17'] }, { name: 'tags', values: ['["a"]'] }] }, true],
    ['other metadata', { metadata: [{ name: 'customer', values: ['18'] }] }, false],
    ['any of several values', { metadata: [{ name: 'customer', values: ['16', '17'] }] }, true],
    ['none of several values', { metadata: [{ name: 'customer', values: ['1', '7', '170'] }] }, false],
    ['a boolean, and a text with blanks around it', { metadata: [{ name: 'paid', values: ['true'] }, { name: 'note', values: ['to check'] }] }, true],
    ['a list written with blanks', { metadata: [{ name: 'pair', values: ['[1, 2]'] }] }, true],
    ['a nested name', { metadata: [{ name: 'order.customer.id', values: ['c-1'] }] }, true],
    ['a nested name with another value', { metadata: [{ name: 'order.customer.id', values: ['c-2'] }] }, false],
    ['a nested name that ends early', { metadata: [{ name: 'order.customer.id.x', values: ['c-1'] }] }, false],
    ['a name that has a dot itself', { metadata: [{ name: 'a.b', values: ['whole'] }, { name: 'c.d.e', values: ['inside'] }] }, true],
    ['a nested name that only objects inherit', { metadata: [{ name: 'order.constructor.name', values: ['Object'] }] }, false],
    ['a name that only objects inherit', { metadata: [{ name: 'constructor', values: ['1'] }] }, false],
  ])('on %s decides', (_, more, wanted) => {
    expect(isWanted(event(run), filter(more))).toBe(wanted);
  });

  it('lets events through that nobody could choose yet', () => {
    expect(isWanted(event({}, 'workflow_run.archived'), filter())).toBe(true);
  });

  it('waits for the payload when only its address came', () => {
    const address = event({ object: 'signed_data_url', id: 'r', data: 'https://x', metadata: { customer: 17 } });
    expect(isWanted(address, filter({ batchIds: ['b1'] }))).toBeUndefined();
    expect(isWanted(address, filter({ metadata: [{ name: 'customer', values: ['18'] }] }))).toBe(false);
    expect(isWanted(address, filter({ events: [] }))).toBe(false);
  });
});
