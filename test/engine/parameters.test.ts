import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { runExtend } from '../../harness/engine';
import { useVmEngine } from '../support/vmEngine';

const compare = async (value: unknown, items: IDataObject[]) => {
  const { json, error } = await runExtend({ type: 'test.compare', input: items.map((item) => ({ json: item })), parameters: { value } as IDataObject, credential: {} });
  expect(error).toBeUndefined();
  return json as Array<{ ours: unknown; theirs: unknown }>;
};

const keys = ['a', 'b', 'a b', 'ü', '0', 'length', 'constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'name', '$x', 'x-y', '\u2028', "it's", 'then', 'toJSON'];
const anyKey = fc.constantFrom(...keys);
const primitive = fc.oneof(
  fc.string(),
  fc.constant(''),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.constant('2026-11-24T12:00:00.000Z'),
  fc.date({ noInvalidDate: true }),
);
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, primitive, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(anyKey, tie('value'), { maxKeys: 4, noNullPrototype: true })),
})).value;
const anyItem = fc.dictionary(anyKey, anyJson, { maxKeys: 8, noNullPrototype: true }) as fc.Arbitrary<IDataObject>;

const segment = anyKey.map((key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `["${key}"]`));
const bracket = anyKey.map((key) => (key.includes("'") ? `["${key}"]` : `['${key}']`));
const path = fc.array(fc.oneof(segment, bracket), { minLength: 1, maxLength: 4 }).map((parts) => `={{ $json${parts.join('')} }}`);
const around = path.map((text) => `=x ${text.slice(1)} y`);
const others = fc.constantFrom('plain', '', '={{ $json.a + 1 }}', '={{ $json.a }} and', '={{$json.a.b}}', '={{ $json["a b"] }}', '=x', '={{ $json }}', '={{ $json.a }}{{ $json.b }}', '={{  $json.a  }}', '={{ $json?.a }}', '={{ $json[0] }}');
const text = fc.oneof(path, path, around, others);
const parameter = fc.oneof(text, fc.record({ field: fc.array(fc.record({ name: text, value: text }), { maxLength: 2 }), own: text, n: fc.integer(), nothing: fc.constant(null) }));

/** Items of every kind of data, and what n8n makes of it. */
const ITEM = { a: 1, 'a b': 'two', empty: '', none: null, list: [1, { z: 2 }], inner: { x: { y: 'deep' } }, iso: '2026-11-24T12:00:00.000Z', date: new Date('2026-11-24T12:00:00Z'), no: false, zero: -0 };
const KNOWN: Array<[string, unknown]> = [
  ['={{ $json.a }}', 1],
  ['={{ $json["a b"] }}', 'two'],
  ['={{ $json.empty }}', ''],
  ['={{ $json.none }}', null],
  ['={{ $json.none.deeper }}', undefined],
  ['={{ $json.missing }}', undefined],
  ['={{ $json.missing.deeper }}', undefined],
  ['={{ $json.inner.missing.deeper }}', undefined],
  ['={{ $json.inner.x.y }}', 'deep'],
  ['={{ $json.inner.x }}', { y: 'deep' }],
  ['={{ $json.list }}', [1, { z: 2 }]],
  ['={{ $json.list.length }}', 2],
  ['={{ $json.iso }}', '2026-11-24T12:00:00.000Z'],
  ['={{ $json.date }}', new Date('2026-11-24T12:00:00Z')],
  ['={{ $json.no }}', false],
  ['={{ $json.zero }}', -0],
  ['=before {{ $json.missing }} after', 'before  after'],
];

describe.each(['legacy', 'vm'])("parameters, beside n8n's engine %s", (engine) => {
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    if (engine === 'vm') stop = await useVmEngine();
  });
  afterAll(async () => await stop?.());

  it.each(KNOWN)('%s is %j', async (expression, value) => {
    const [row] = await compare(expression, [ITEM as unknown as IDataObject]);
    expect(row).toEqual({ ours: { value }, theirs: { value } });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('$json.%s gives nothing of the prototype', async (name) => {
    const [row] = await compare(`={{ $json.${name} }}`, [{ a: 1 }]);
    expect(row?.ours).toEqual({ error: expect.any(String) });
    expect(row?.ours).toEqual(row?.theirs);
  });

  it("are read with exactly n8n's own result, whatever the expression and the item", async () => {
    await fc.assert(
      fc.asyncProperty(parameter, fc.array(anyItem, { minLength: 1, maxLength: 4 }), async (value, items) => {
        for (const { ours, theirs } of await compare(value, items)) expect(ours).toStrictEqual(theirs);
      }),
      { numRuns: engine === 'vm' ? 100 : 400, interruptAfterTimeLimit: 8000 },
    );
  }, 60_000);
});

describe('parameters', () => {
  it('with plain paths give what the item has', async () => {
    const items = Array.from({ length: 3 }, (_, i) => ({ invoice: { number: i }, 'due date': `day ${i}` }));
    const rows = await compare({ a: '={{ $json.invoice.number }}', b: '={{ $json["due date"] }}', c: 'x' }, items);
    expect(rows.map(({ ours }) => ours)).toEqual(items.map((item, i) => ({ value: { a: i, b: item['due date'], c: 'x' } })));
    expect(rows.map(({ theirs }) => theirs)).toEqual(rows.map(({ ours }) => ours));
  });

  it('with paths that are there or missing take no time', async () => {
    const stop = await useVmEngine();
    const items = Array.from({ length: 5000 }, (_, i) => (i % 2 ? { a: { b: `two\nlines ${i}` } } : {}));
    const parameters = { resource: 'workflowRun', operation: 'batchRun', workflow: { __rl: true, mode: 'id', value: 'w' }, fileSource: 'auto', fileUrl: '={{ $json.url }}', fileId: '={{ $json.a.b }}', text: '={{ $json.text }}', options: { dryRun: true, fileName: '={{ $json.a.name }}' } };
    const begin = performance.now();
    const { error } = await runExtend({ input: items, parameters, credential: { apiToken: 'x', region: 'us', plan: 'payAsYouGo' } });
    const took = performance.now() - begin;
    await stop();
    expect(error?.message).toBe('5000 of 5000 items cannot be submitted');
    // n8n takes about a millisecond for each of the 20,000 expressions.
    expect(took).toBeLessThan(8000);
  });
});
