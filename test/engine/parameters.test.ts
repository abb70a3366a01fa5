import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { runExtend } from '../support/engine';

const compare = async (value: unknown, items: IDataObject[]) => {
  const { json, error } = await runExtend({ type: 'test.compare', input: items, parameters: { value } as IDataObject, credential: {} });
  expect(error).toBeUndefined();
  return json as Array<{ ours: unknown; theirs: unknown }>;
};

const keys = ['a', 'b', 'a b', 'ü', '0', 'length', 'constructor', '__proto__', 'toString', 'name', '$x', 'x-y', '\u2028', "it's"];
const anyKey = fc.constantFrom(...keys);
const primitive = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null), fc.constant('2026-11-24T12:00:00.000Z'));
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, primitive, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(anyKey, tie('value'), { maxKeys: 4 })),
})).value;
const anyItem = fc.dictionary(anyKey, anyJson, { maxKeys: 6 }) as fc.Arbitrary<IDataObject>;

const segment = anyKey.map((key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `["${key}"]`));
const bracket = anyKey.map((key) => (key.includes("'") ? `["${key}"]` : `['${key}']`));
const path = fc.array(fc.oneof(segment, bracket), { minLength: 1, maxLength: 3 }).map((parts) => `={{ $json${parts.join('')} }}`);
const text = fc.oneof(path, fc.constantFrom('plain', '', '={{ $json.a + 1 }}', '={{ $json.a }} and', '={{$json.a.b}}', '={{ $json["a b"] }}', '=x', '={{ $json }}'));
const parameter = fc.oneof(text, fc.record({ field: fc.array(fc.record({ name: text, value: text }), { maxLength: 2 }), own: text, n: fc.integer() }));

describe('parameters', () => {
  it("are read with exactly n8n's own result, whatever the expression and the item", async () => {
    await fc.assert(
      fc.asyncProperty(parameter, fc.array(anyItem, { minLength: 1, maxLength: 4 }), async (value, items) => {
        for (const { ours, theirs } of await compare(value, items)) expect(ours).toEqual(theirs);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  it('with plain paths give what the item has', async () => {
    const items = Array.from({ length: 3 }, (_, i) => ({ invoice: { number: i }, 'due date': `day ${i}` }));
    const rows = await compare({ a: '={{ $json.invoice.number }}', b: '={{ $json["due date"] }}', c: 'x' }, items);
    expect(rows.map(({ ours }) => ours)).toEqual(items.map((item, i) => ({ value: { a: i, b: item['due date'], c: 'x' } })));
    expect(rows.map(({ theirs }) => theirs)).toEqual(rows.map(({ ours }) => ours));
  });
});
