import { account } from '../../scripts/demo/account';
import type { ServerRun } from '../../scripts/demo/backend';
import type { Item } from '../../harness/n8nClient';

const inputs: Item[] = ['A', 'B', 'C'].map((invoiceNumber) => ({ json: { invoiceNumber } }));

const runs: ServerRun[] = inputs.map((_, item) => ({ id: `run_${item}`, batchId: item < 2 ? 'batch_1' : 'batch_2', item }));

const result = (item: number, more: Record<string, unknown> = {}): Item => ({
  json: {
    workflowRunId: `run_${item}`,
    status: 'PROCESSED',
    metadata: inputs[item]?.json,
    source: { itemIndex: item },
    ...more,
  },
  pairedItem: { item },
});

const all = [result(0), result(1), result(2)];

describe('the accounting of the demo', () => {
  it('finds nothing when every input has one run and its own result', () => {
    expect(account(inputs, all, runs)).toEqual({
      inputs: 3,
      results: 3,
      batches: new Map([['batch_1', 2], ['batch_2', 1]]),
      lost: 0,
      doubled: 0,
      failed: 0,
      problems: [],
    });
  });

  it('counts an input without a result as lost', () => {
    expect(account(inputs, all.slice(1), runs)).toMatchObject({ results: 2, lost: 1, doubled: 0, problems: ['Input 0 has no result'] });
  });

  it('counts results on the wrong items as lost, whatever says so', () => {
    const swapped = [{ ...result(0), pairedItem: { item: 1 } }, { ...result(1), pairedItem: { item: 0 } }, result(2)];
    expect(account(inputs, swapped, runs)).toMatchObject({ results: 3, lost: 2 });
    expect(account(inputs, [result(0, { metadata: { invoiceNumber: 'B' } }), result(1), result(2)], runs)).toMatchObject({ lost: 1 });
    expect(account(inputs, [result(0, { source: { itemIndex: 2 } }), result(1), result(2)], runs)).toMatchObject({ lost: 1 });
    expect(account(inputs, all, [{ id: 'run_0', batchId: 'batch_1', item: 2 }, ...runs.slice(1)])).toMatchObject({ lost: 1 });
  });

  it('counts an input that the server ran twice as doubled, even if n8n has one result of it', () => {
    const again = { id: 'run_3', batchId: 'batch_3', item: 1 };
    expect(account(inputs, all, [...runs, again])).toMatchObject({ results: 3, lost: 0, doubled: 1 });
  });

  it('counts an input with two results as doubled', () => {
    expect(account(inputs, [...all, result(1)], runs)).toMatchObject({ results: 4, lost: 0, doubled: 1 });
  });

  it('counts documents that were not processed, and shows their reasons', () => {
    const failed = result(1, { status: 'FAILED', failureMessage: 'No such document' });
    expect(account(inputs, [result(0), failed, result(2)], runs)).toMatchObject({
      failed: 1,
      lost: 0,
      problems: ['run_1 ended as FAILED: No such document'],
    });
  });

  it('names items that are no results', () => {
    const error = { json: { error: 'Text is empty' }, pairedItem: { item: 0 } };
    const { results, lost, problems } = account(inputs, [error, result(1), result(2)], runs);
    expect([results, lost]).toEqual([2, 1]);
    expect(problems[0]).toContain('Text is empty');
  });
});
