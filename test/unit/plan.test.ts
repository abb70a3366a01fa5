import fc from 'fast-check';
import { MAX_BATCH_BYTES, MAX_INPUTS_PER_BATCH } from '../../extend/api/limits';
import type { UploadedInput } from '../../extend/intake/draft';
import { workflow } from '../../extend/kinds/workflow';
import { plan } from '../support/plan';
import { batchOf } from '../../extend/submission/submitters';

const inputs = (length: number): UploadedInput[] =>
  Array.from({ length }, (_, itemIndex) => ({
    itemIndex,
    target: { id: 'workflow_a' },
    files: [{ url: `https://example.com/${itemIndex}.pdf` }],
  }));

const anyInput = fc.record({
  target: fc.record(
    { id: fc.constantFrom('workflow_a', 'workflow_b'), version: fc.constantFrom('draft', '1') },
    { requiredKeys: ['id'] },
  ),
  priority: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  files: fc.tuple(
    fc.oneof(
      fc.record({ text: fc.string({ maxLength: 400 }) }),
      fc.record({ id: fc.string({ minLength: 1, maxLength: 30 }) }),
    ),
  ),
});

const bounds = fc.record({ maxInputs: fc.integer({ min: 1, max: 7 }), maxBytes: fc.integer({ min: 700, max: 4000 }) });

describe('plan', () => {
  it.each([
    [0, []],
    [1, [1]],
    [999, [999]],
    [1000, [1000]],
    [1001, [1000, 1]],
    [2300, [1000, 1000, 300]],
  ])('puts %i inputs of one workflow into batches of %j', (length, sizes) => {
    expect(plan(inputs(length)).map((chunk) => chunk.inputs.length)).toEqual(sizes);
  });

  it('puts every input in exactly one batch, in order, within the bounds', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), bounds, (drafts, { maxInputs, maxBytes }) => {
        const given = drafts.map((draft, itemIndex) => ({ ...draft, itemIndex }));
        const chunks = plan(given, { maxInputs, maxBytes });
        const planned = chunks.flatMap((chunk) => chunk.inputs.map((input) => input.itemIndex));
        expect([...planned].sort((a, b) => a - b)).toEqual(given.map((_, i) => i));
        for (const { inputs, target, priority, bytes } of chunks) {
          const indexes = inputs.map((input) => input.itemIndex);
          expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
          expect(inputs.length).toBeLessThanOrEqual(maxInputs);
          expect(inputs.length === 1 || bytes <= maxBytes).toBe(true);
          for (const input of inputs) expect([input.target, input.priority]).toEqual([target, priority]);
        }
      }),
    );
  });

  it('never estimates a request smaller than it is', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { minLength: 1, maxLength: 20 }), (drafts) => {
        for (const chunk of plan(drafts.map((draft, i) => ({ ...draft, itemIndex: i })))) {
          const correlation = { executionId: '123456', nodeName: 'Extend', itemIndex: 99999, submissionKey: 'x'.repeat(36), of: 1000 };
          const body = batchOf(workflow).bodyOf(chunk, chunk.inputs.map(() => ({ n8n: correlation })));
          expect(chunk.bytes).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(body)));
        }
      }),
    );
  });

  it('keeps batches of long texts below the byte bound, and a giant one alone', () => {
    const text = 'x'.repeat(3 * 1024 * 1024);
    const long = inputs(5).map((input) => ({ ...input, files: [{ text }] }));
    expect(plan(long).map((chunk) => chunk.inputs.length)).toEqual([2, 2, 1]);
    const giant = [{ ...long[0]!, files: [{ text: 'x'.repeat(MAX_BATCH_BYTES) }] }, ...long.slice(1, 3)];
    expect(plan(giant).map((chunk) => chunk.inputs.length)).toEqual([1, 2]);
  });

  it('separates workflows, versions and priorities', () => {
    const [a, b, c, d] = inputs(4) as [UploadedInput, UploadedInput, UploadedInput, UploadedInput];
    const mixed = [a, { ...b, target: { id: 'workflow_b' } }, { ...c, target: { id: 'workflow_a', version: '2' } }, d];
    expect(plan([...mixed, { ...a, itemIndex: 4, priority: 5 }]).map((chunk) => chunk.inputs.map((i) => i.itemIndex))).toEqual(
      [[0, 3], [1], [2], [4]],
    );
    expect(MAX_INPUTS_PER_BATCH).toBe(1000);
  });
});
