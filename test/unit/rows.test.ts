import type { JsonObject, Run } from '../../extend/api/types';
import { ResultRows, type ResultSource } from '../../extend/results/rows';

/** Runs of a batch of the items 4, 5 and 6, each of which is one input. */
const source = (more: Partial<ResultSource> = {}): ResultSource => ({
  batchId: 'batch_1',
  items: [4, 5, 6],
  expected: 3,
  match: ({ id }) => ({ run_4: 4, run_5: 5, run_6: 6 })[id],
  idField: 'workflowRunId',
  isOver: false,
  toJson: ({ id, status, metadata }): JsonObject => ({ id, status, ...metadata }),
  ...more,
});

const run = (id: string, status = 'PROCESSED'): Run => ({ id, status, metadata: { own: id } });
/** A run that Extend lists and does not give: what is known of it is what the list tells. */
const unreadable = (id: string, status = 'PROCESSED'): Run => ({ id, status, metadata: undefined });

/** All inputs of the batch come from one item, which names it. */
const oneItem = { items: [0], expected: 3, match: () => undefined };

describe('a run', () => {
  it('belongs to the item that caused it', () => {
    expect(new ResultRows(source()).rowOf(run('run_5'))).toEqual({ items: [5], json: { id: 'run_5', status: 'PROCESSED', own: 'run_5' } });
  });

  it('belongs to all items of the batch when nothing tells which of them caused it', () => {
    expect(new ResultRows(source()).rowOf(run('run_x'))?.items).toEqual([4, 5, 6]);
    expect(new ResultRows(source({ expected: 7 })).rowOf(run('run_x'))?.items).toEqual([4, 5, 6]);
    expect(new ResultRows(source(oneItem)).rowOf(run('run_x'))?.items).toEqual([0]);
  });

  it('belongs to the only input of a batch of one, whatever it tells, and that input is not missing then', () => {
    const readable = new ResultRows(source({ items: [9], expected: 1 }));
    expect(readable.rowOf(run('run_x'))).toMatchObject({ items: [9], json: { status: 'PROCESSED' } });
    const gone = new ResultRows(source({ items: [9], expected: 1 }));
    expect(gone.rowOf(unreadable('run_x'))).toMatchObject({ items: [9], json: { id: 'run_x', status: 'UNREADABLE' } });
    expect([readable.missing(1, true), gone.missing(1, true)]).toEqual([[], []]);
  });

  it.each(['PENDING', 'PROCESSING', 'CANCELLING'])('that is %s is marked with timedOut when the wait is over, and not before', (status) => {
    expect(new ResultRows(source({ isOver: true })).rowOf(run('run_4', status))?.json).toEqual({ id: 'run_4', status, own: 'run_4', timedOut: true });
    expect(new ResultRows(source()).rowOf(run('run_4', status))?.json).toEqual({ id: 'run_4', status, own: 'run_4' });
  });

  it.each(['PROCESSED', 'FAILED', 'NEEDS_REVIEW', 'ARCHIVED'])('that is %s has ended, so it is not marked', (status) => {
    expect(new ResultRows(source({ isOver: true })).rowOf(run('run_4', status))?.json).not.toHaveProperty('timedOut');
  });
});

describe('a run that cannot be read', () => {
  it.each(['PROCESSED', 'PROCESSING'])('has the status UNREADABLE, though the list says %s, and is not marked with timedOut', (status) => {
    const rows = new ResultRows(source({ isOver: true }));
    expect(rows.rowOf(unreadable('run_4', status))).toEqual({ items: [4], json: { id: 'run_4', status: 'UNREADABLE', itemIndex: 4 } });
  });

  it('of whom nobody knows whose it is has no row: its input is named as one without a run', () => {
    const rows = new ResultRows(source());
    expect([run('run_4'), unreadable('run_x'), run('run_6')].map((one) => rows.rowOf(one)?.items)).toEqual([[4], undefined, [6]]);
    expect(rows.missing(3, true)).toEqual([{ items: [5], json: { workflowRunId: null, batchId: 'batch_1', status: 'UNREADABLE', itemIndex: 5 } }]);
  });

  it('has a row of its own where items are no inputs, and counts as one of the runs', () => {
    const rows = new ResultRows(source(oneItem));
    expect(rows.rowOf(unreadable('run_x'))).toEqual({ items: [0], json: { id: 'run_x', status: 'UNREADABLE' } });
    expect(rows.missing(3, true)).toMatchObject([{ json: { count: 2 } }]);
  });
});

describe('inputs without a run', () => {
  const timedOut = { workflowRunId: null, batchId: 'batch_1', timedOut: true };

  it('are NOT_LISTED while Extend lists fewer runs than there are inputs', () => {
    const rows = new ResultRows(source({ isOver: true }));
    rows.rowOf(run('run_4'));
    expect(rows.missing(2, false)).toEqual([5, 6].map((item) => ({ items: [item], json: { ...timedOut, status: 'NOT_LISTED', itemIndex: item } })));
  });

  it('are UNFINISHED when all runs are listed and some go on', () => {
    const rows = new ResultRows(source({ isOver: true }));
    rows.rowOf(run('run_5'));
    expect(rows.missing(3, false)).toEqual([4, 6].map((item) => ({ items: [item], json: { ...timedOut, status: 'UNFINISHED', itemIndex: item } })));
  });

  it('are UNREADABLE, and did not time out, when every run has ended', () => {
    const rows = new ResultRows(source());
    rows.rowOf(run('run_4'));
    rows.rowOf(run('run_5'));
    expect(rows.missing(3, true)).toEqual([{ items: [6], json: { workflowRunId: null, batchId: 'batch_1', status: 'UNREADABLE', itemIndex: 6 } }]);
  });

  it('are counted in one row where items are no inputs', () => {
    const rows = new ResultRows(source(oneItem));
    rows.rowOf(run('run_x'));
    expect(rows.missing(2, false)).toEqual([{ items: [0], json: { ...timedOut, status: 'NOT_LISTED', count: 2 } }]);
    expect(rows.missing(3, false)).toEqual([{ items: [0], json: { ...timedOut, status: 'UNFINISHED', count: 2 } }]);
    const fewItems = new ResultRows(source({ expected: 7 }));
    fewItems.rowOf(run('run_4'));
    expect(fewItems.missing(7, true)).toEqual([{ items: [4, 5, 6], json: { workflowRunId: null, batchId: 'batch_1', status: 'UNREADABLE', count: 6 } }]);
  });

  it('are all named when one of them may have a run that tells not whose it is', () => {
    const rows = new ResultRows(source());
    rows.rowOf(run('run_4'));
    rows.rowOf(run('run_x'));
    expect(rows.missing(3, true).map(({ items }) => items)).toEqual([[5], [6]]);
  });

  it('are none when every input has its run, or as many runs as inputs are there', () => {
    const matched = new ResultRows(source());
    for (const id of ['run_4', 'run_5', 'run_6']) matched.rowOf(run(id));
    const unknown = new ResultRows(source());
    for (const id of ['run_x', 'run_y', 'run_z']) unknown.rowOf(run(id));
    const one = new ResultRows(source(oneItem));
    for (const id of ['run_x', 'run_y', 'run_z', 'run_4']) one.rowOf(run(id));
    expect([matched.missing(3, true), unknown.missing(3, true), one.missing(4, true)]).toEqual([[], [], []]);
  });

  it('are named by the number that the caller gives, by the field of the kind, and without a batch for single runs', () => {
    const rows = new ResultRows(source({ batchId: undefined, idField: 'extractRunId', numberOf: (item) => (item === 6 ? null : item + 100) }));
    rows.rowOf(run('run_4'));
    expect(rows.missing(3, true).map(({ json }) => json)).toEqual([
      { extractRunId: null, batchId: null, status: 'UNREADABLE', itemIndex: 105 },
      { extractRunId: null, batchId: null, status: 'UNREADABLE', itemIndex: null },
    ]);
  });
});
