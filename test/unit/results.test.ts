import type { WorkflowRun } from '../../extend/api/types';
import { readCorrelation, withoutCorrelation } from '../../extend/correlation';
import { matchInputs, type SubmittedInput } from '../../extend/results/match';
import { simplifyRun } from '../../extend/results/simplify';

const correlation = (itemIndex: number, submissionKey = 'key') => ({
  n8n: { executionId: '1', nodeName: 'Extend', itemIndex, submissionKey, of: 4 },
});

describe('matchInputs', () => {
  const inputs: SubmittedInput[] = [
    { itemIndex: 4, files: [{ url: 'https://example.com/docs/a.pdf?x=1' }] },
    { itemIndex: 5, files: [{ id: 'file_5' }] },
    { itemIndex: 6, files: [{ text: 'x', name: 'same.txt' }] },
    { itemIndex: 7, files: [{ text: 'y', name: 'same.txt' }] },
  ];
  const run = (id: string, more: Partial<WorkflowRun>) => ({ id, metadata: null, files: [], ...more });
  const match = matchInputs(inputs, 'key');
  /** Item index by run ID, of the runs that fit one input. */
  const matches = (runs: Array<ReturnType<typeof run>>) =>
    new Map(runs.map((one) => [one.id, match(one)] as const).filter(([, item]) => item !== undefined));

  it('trusts the correlation metadata first', () => {
    const runs = [run('r', { metadata: correlation(6), files: [{ id: 'file_5', name: 'a.pdf' }] })];
    expect(matches(runs)).toEqual(new Map([['r', 6]]));
  });

  it('does not take the metadata of another submission for its own', () => {
    expect(matches([run('r', { metadata: correlation(6, 'other') })])).toEqual(new Map());
  });

  it('falls back to the file, but never guesses between two of one name', () => {
    const runs = [
      run('by id', { files: [{ id: 'file_5', name: 'whatever' }] }),
      run('by name', { files: [{ id: 'file_x', name: 'a.pdf' }] }),
      run('ambiguous', { files: [{ id: 'file_y', name: 'same.txt' }] }),
    ];
    expect(matches(runs)).toEqual(
      new Map([
        ['by id', 5],
        ['by name', 4],
      ]),
    );
  });
});

describe('correlation metadata', () => {
  it("is taken off the user's own, and only when it is ours", () => {
    expect(withoutCorrelation({ a: 1, ...correlation(0) })).toEqual({ a: 1 });
    expect(withoutCorrelation({ a: 1, n8n: 'mine' })).toEqual({ a: 1, n8n: 'mine' });
    expect(withoutCorrelation({ a: 1, n8n: { itemIndex: 3 } })).toEqual({ a: 1, n8n: { itemIndex: 3 } });
    expect(withoutCorrelation(null)).toEqual({});
    expect([readCorrelation({ n8n: null }), readCorrelation({ n8n: 'mine' }), readCorrelation(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('simplifyRun', () => {
  const extract = (name: string, value: unknown, where: 'stepRun' | 'step' = 'stepRun') => ({
    status: 'PROCESSED',
    ...(where === 'stepRun' && { stepType: 'EXTRACT' }),
    step: { name, ...(where === 'step' && { type: 'EXTRACT' }) },
    result: { extractRun: { output: { value, metadata: {} } } },
  });

  it('gives the outputs by step name, wherever the kind of step is named', () => {
    const { outputs } = simplifyRun({
      id: 'r',
      status: 'PROCESSED',
      stepRuns: [
        extract('Header', { total: 1 }),
        extract('Lines', { lines: [] }, 'step'),
        { status: 'PROCESSED', stepType: 'CLASSIFY', step: { name: 'Kind' }, result: { classifyRun: { output: { id: 'c', type: 'invoice', confidence: 0.9, insights: [] } } } },
        { status: 'PROCESSED', stepType: 'SPLIT', step: { name: 'Parts' }, result: { splitRun: { output: { splits: [{ type: 'a', identifier: '1', startPage: 1, endPage: 2, fileId: 'file_1', observation: 'x' }] } } } },
        { status: 'PROCESSED', stepType: 'RULE_VALIDATION', step: { name: 'Rules' }, result: { allPassed: false, rules: [{ name: 'sum', valid: false }, { name: 'date', valid: true }] } },
        { status: 'PROCESSED', stepType: 'PARSE', step: { name: 'Parse' }, result: { parseRun: { id: 'pr_1', metrics: { pageCount: 3 }, outputUrl: 'https://x' } } },
        { status: 'PROCESSED', stepType: 'EXTERNAL_DATA_VALIDATION', step: { name: 'ERP' }, result: { response: { status: 200, data: { ok: true } } } },
        { status: 'PROCESSED', stepType: 'SOMETHING_NEW', step: { name: 'New' }, result: { answer: 42 } },
        { status: 'FAILED', stepType: 'EXTRACT', step: { name: 'Broken' }, result: null },
      ],
    });
    expect(outputs).toEqual({
      Header: { total: 1 },
      Lines: { lines: [] },
      Kind: { type: 'invoice', confidence: 0.9 },
      Parts: [{ type: 'a', identifier: '1', startPage: 1, endPage: 2, fileId: 'file_1' }],
      Rules: { allPassed: false, failedRules: ['sum'] },
      Parse: { parseRunId: 'pr_1', pageCount: 3, outputUrl: 'https://x' },
      ERP: { status: 200, data: { ok: true } },
      New: { answer: 42 },
      Broken: null,
    });
  });

  it('lists the values of a step that ran several times', () => {
    const stepRuns = [extract('Invoice', { total: 1 }), extract('Invoice', { total: 2 }), extract('Invoice', { total: 3 })];
    expect(simplifyRun({ id: 'r', status: 'PROCESSED', stepRuns }).outputs).toEqual({
      Invoice: [{ total: 1 }, { total: 2 }, { total: 3 }],
    });
  });

  it("tells source, own metadata and failure; everything that may be missing may be missing", () => {
    expect(
      simplifyRun({
        id: 'r',
        status: 'REJECTED',
        batchId: 'batch_1',
        metadata: { customer: 'c', ...correlation(3) },
        files: [{ id: 'file_1', name: 'a.pdf', type: 'PDF', metadata: { pageCount: 2 } }, { id: 'file_2', name: 'b' }],
        rejectionNote: 'unreadable',
        dashboardUrl: 'https://d',
      }),
    ).toEqual({
      workflowRunId: 'r',
      batchId: 'batch_1',
      status: 'REJECTED',
      outputs: {},
      files: [
        { id: 'file_1', name: 'a.pdf', type: 'PDF', pageCount: 2 },
        { id: 'file_2', name: 'b', type: null, pageCount: null },
      ],
      metadata: { customer: 'c' },
      failureReason: null,
      failureMessage: 'unreadable',
      dashboardUrl: 'https://d',
      source: correlation(3).n8n,
    });
    expect(simplifyRun({ id: 'r', status: 'PENDING', metadata: null, stepRuns: null })).toMatchObject({ outputs: {}, files: [] });
  });
});

it('an address is known by the name that its characters stand for', () => {
  const inputs = [{ itemIndex: 3, files: [{ url: 'https://example.com/Rechnung%20M%C3%A4rz.txt' }] }, { itemIndex: 4, files: [{ url: 'https://example.com/100%.txt' }] }];
  const match = matchInputs(inputs, 'key');
  expect(match({ id: 'run_1', files: [{ id: 'file_1', name: 'Rechnung März.txt' }] })).toBe(3);
  expect(match({ id: 'run_2', files: [{ id: 'file_2', name: '100%.txt' }] })).toBe(4);
});
