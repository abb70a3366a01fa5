/**
 * The parts of the trigger that decide about bytes of strangers. Vectors, the window and the list of events are in
 * signature.test.ts; here is what senders may do to headers and bodies.
 */
import { ExtendClient } from 'extend-ai';
import fc from 'fast-check';
import { batchIdOf, metadataOf, readEvent, signedUrlOf, workflowIdOf } from '../../extend/webhook/envelope';
import { isWanted } from '../../extend/webhook/filter';
import { RecentEvents } from '../../extend/webhook/recent';
import { open, seal } from '../../extend/webhook/secretBox';
import { refuse, sign } from '../../extend/webhook/signature';

const sdk = new ExtendClient({ token: 'unused' }).webhooks;
const SECRET = 'wss_secret';
const BODY = '{"eventId":"e"}';
const now = () => Math.floor(Date.now() / 1000);

type Headers = Record<string, string | string[] | undefined>;

const signed = (timestamp: string, signature = sign(SECRET, timestamp, Buffer.from(BODY))): Headers => ({
  'x-extend-request-timestamp': timestamp,
  'x-extend-request-signature': signature,
});

const accepts = (headers: Headers, body = Buffer.from(BODY), secrets = [SECRET]) => refuse(body, headers, secrets, now()) === undefined;

describe('headers as they may arrive', () => {
  it('a header sent twice counts as its first value, as for the SDK', () => {
    const genuine = signed(String(now()));
    const twice = { ...genuine, 'x-extend-request-signature': [String(genuine['x-extend-request-signature']), '0'.repeat(64)] };
    const forgedFirst = { ...genuine, 'x-extend-request-signature': ['0'.repeat(64), String(genuine['x-extend-request-signature'])] };
    expect([accepts(twice), accepts(forgedFirst)]).toEqual([true, false]);
    expect([sdk.verify(BODY, twice as never, SECRET), sdk.verify(BODY, forgedFirst as never, SECRET)]).toEqual([true, false]);
  });

  it('a signature of any text is never accepted by accident, nor makes anything throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 60, maxLength: 68 })), (signature) => {
        const headers = signed(String(now()), signature);
        expect(accepts(headers)).toBe(false);
        expect(sdk.verify(BODY, headers as never, SECRET)).toBe(false);
      }),
    );
  });

  // The SDK reads as many digits as it finds, and as many hex digits. Extend sends neither form, and a text that two
  // programs read differently has no place in a check of authenticity.
  it.each<[string, (genuine: string, timestamp: string) => Headers]>([
    ['digits with something after them', (_, timestamp) => signed(`${timestamp}s`)],
    ['a sign', (_, timestamp) => signed(`+${timestamp}`)],
    ['a blank before', (_, timestamp) => signed(` ${timestamp}`)],
    ['a fraction', (_, timestamp) => signed(`${timestamp}.5`)],
    ['something after 64 hex digits', (genuine, timestamp) => signed(timestamp, `${genuine}zz`)],
  ])('is stricter than the SDK about %s', (_, headersOf) => {
    const timestamp = String(now());
    const headers = headersOf(sign(SECRET, timestamp, Buffer.from(BODY)), timestamp);
    expect(sdk.verify(BODY, headers as never, SECRET)).toBe(true);
    expect(accepts(headers)).toBe(false);
  });

  it('never accepts more than the SDK does', () => {
    const part = fc.constantFrom('', ' ', '+', '-', '0', '.0', 'e3', 'x');
    fc.assert(
      fc.property(part, fc.integer({ min: -500, max: 500 }), part, part, fc.boolean(), (before, seconds, after, tail, upper) => {
        const timestamp = `${before}${now() - seconds}${after}`;
        const signature = sign(SECRET, timestamp, Buffer.from(BODY)) + tail;
        const headers = signed(timestamp, upper ? signature.toUpperCase() : signature);
        if (accepts(headers)) expect(sdk.verify(BODY, headers as never, SECRET)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('the signature is over bytes: one that is no UTF-8 is neither mended nor confused with another', () => {
    const timestamp = String(now());
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    const headers = signed(timestamp, sign(SECRET, timestamp, bytes));
    expect(accepts(headers, bytes)).toBe(true);
    expect(accepts(headers, Buffer.from([0x7b, 0xfe, 0x7d]))).toBe(false);
    expect(accepts(headers, Buffer.from(bytes.toString('utf8')))).toBe(false);
  });
});

describe('a body', () => {
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['a number', '1'],
    ['a text', '"event"'],
    ['ten thousand open brackets', '['.repeat(10_000)],
    ['no text at all', Buffer.from([0xff, 0xfe, 0x00])],
    ['an event id that is an object', '{"eventId":{},"eventType":"x","payload":{}}'],
    ['no event type', '{"eventId":"e","payload":{}}'],
  ])('of %s is no event', (_, body) => {
    expect(readEvent(Buffer.from(body))).toBeUndefined();
  });

  it.each(['1', '"text"', '[1]', 'null', 'true'])('whose payload is %s is an event without content', (payload) => {
    const event = readEvent(Buffer.from(`{"eventId":"e","eventType":"x.y","payload":${payload}}`));
    expect(event).toEqual({ eventId: 'e', eventType: 'x.y', payload: {} });
  });

  it('can neither reach into prototypes nor bring fields of its own', () => {
    const event = readEvent(Buffer.from('{"__proto__":{"polluted":1},"receivedAt":"then","eventId":"e","eventType":"x.y","payload":{"__proto__":{"batchId":"b"}}}'));
    expect(Object.keys(event ?? {})).toEqual(['eventId', 'eventType', 'payload']);
    expect(batchIdOf(event as never)).toBeUndefined();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('of any JSON is read or refused, and what was read can be judged', () => {
    const filter = { events: ['workflow_run.completed'], workflowIds: ['w'], batchIds: ['b'], metadata: [{ name: 'n', values: ['v'] }] };
    const type = fc.oneof(fc.string(), fc.constantFrom('workflow_run.completed', 'workflow.created'));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), type, fc.jsonValue(), (eventId, eventType, payload) => {
        const event = readEvent(Buffer.from(JSON.stringify({ eventId, eventType, payload })));
        expect(event).toMatchObject({ eventId, eventType });
        if (!event) return;
        expect([true, false, undefined]).toContain(isWanted(event, filter));
        for (const read of [signedUrlOf, metadataOf, batchIdOf, workflowIdOf]) expect(() => read(event)).not.toThrow();
      }),
    );
  });
});

describe('the sealed secret', () => {
  it('comes back whole, whatever it and the token are, and with no other token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (secret, token, other) => {
        const box = seal(secret, token);
        expect(open(box, token)).toBe(Buffer.from(secret).toString());
        if (other !== token) expect(open(box, other)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});

describe('events seen by this process', () => {
  it('are known by trigger, and the oldest are forgotten at a bound', () => {
    const recent = new RecentEvents();
    for (let i = 0; i <= 20_000; i++) recent.add('trigger', `event_${i}`);
    expect(recent.has('trigger', 'event_0')).toBe(false);
    expect(recent.has('trigger', 'event_1')).toBe(true);
    expect(recent.has('trigger', 'event_20000')).toBe(true);
    expect(recent.has('another', 'event_20000')).toBe(false);
  });

  it('are not forgotten because they are repeated', () => {
    const recent = new RecentEvents();
    for (const id of ['event_0', 'event_1']) recent.add('trigger', id);
    for (let i = 0; i < 20_000; i++) recent.add('trigger', 'event_1');
    expect(recent.has('trigger', 'event_0')).toBe(true);
  });
});
