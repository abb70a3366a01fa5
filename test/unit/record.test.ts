/**
 * The record of events when several processes use it at once. Contexts and helpers are n8n's own; the table behind them
 * is in memory and behaves as n8n's does: a record is read, changed and written back as a whole, and only to make one
 * that has been made meanwhile fails.
 */
import 'reflect-metadata';
import { DataDeduplicationService, ExecuteContext } from 'n8n-core';
import type { ICheckProcessedContextData, IDataDeduplicator, IExecuteFunctions, INode, WorkflowExecuteMode } from 'n8n-workflow';
import { setImmediate as moment } from 'node:timers/promises';

class Table implements IDataDeduplicator {
  readonly records = new Map<string, string[]>();
  broken = false;

  async checkProcessedAndRecord(items: Array<string | number>, _: unknown, { node }: ICheckProcessedContextData, { maxEntries = Infinity }) {
    const name = node?.id ?? '';
    if (this.broken) throw new Error('no connection');
    const found = this.records.get(name);
    await moment();
    const added = items.map(String).filter((item) => !found?.includes(item));
    if (!found && this.records.has(name)) throw new Error('duplicate key');
    if (!found || this.records.has(name)) this.records.set(name, [...(found ?? []), ...added].slice(-maxEntries));
    return { new: added, processed: items.map(String).filter((item) => !added.includes(item)) };
  }

  async removeProcessed(items: Array<string | number>, _: unknown, { node }: ICheckProcessedContextData) {
    const name = node?.id ?? '';
    const found = this.records.get(name);
    await moment();
    if (found) this.records.set(name, found.filter((entry) => !items.includes(entry)));
  }

  async clearAllProcessedItems(_: unknown, { node }: ICheckProcessedContextData) {
    const name = node?.id ?? '';
    await moment();
    this.records.delete(name);
  }

  async getProcessedDataCount(_: unknown, { node }: ICheckProcessedContextData) {
    return this.records.get(node?.id ?? '')?.length ?? 0;
  }
}

const table = new Table();

type Handle = (eventId: string, options?: { executionId?: string; mode?: WorkflowExecuteMode; trigger?: string }) => Promise<boolean>;

let executions = 0;

/**
 * One process of n8n, which shares nothing with others but the table.
 * @param copiesNodes an n8n of another time, which gives nodes a copy of themselves
 * @returns tells whether an event of one execution is new
 */
function startProcess(copiesNodes = false): Handle {
  let repeats: typeof import('../../nodes/ExtendTrigger/repeats') | undefined;
  jest.isolateModules(() => (repeats = jest.requireActual<typeof import('../../nodes/ExtendTrigger/repeats')>('../../nodes/ExtendTrigger/repeats')));
  return async (eventId, { executionId = `x${++executions}`, mode = 'webhook', trigger = 'trigger' } = {}) => {
    const node: INode = { id: trigger, name: 'Extend Trigger', type: 'n8n-nodes-extend.extendTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
    const data = { main: [[{ json: { eventId } }]] };
    const workflow = { id: 'workflow', settings: {}, expression: {} };
    const seen = { node: copiesNodes ? { ...node } : node, data, source: null };
    const context = new ExecuteContext(workflow as never, node, { executionId } as never, mode, {} as never, 0, data.main[0] as never, data, seen, []);
    const fresh = await repeats?.withoutRepeats(context as unknown as IExecuteFunctions);
    expect([node.id, seen.node.id]).toEqual([trigger, trigger]);
    return fresh?.length === 1;
  };
}

beforeAll(async () => await DataDeduplicationService.init(table));

beforeEach(() => {
  table.records.clear();
  table.broken = false;
});

describe('the record of events', () => {
  it('names one execution the first for each event, whatever two processes do at the same time', async () => {
    const processes = [startProcess(), startProcess()];
    const events = Array.from({ length: 300 }, (_, i) => `event_${i}`);
    const all = events.flatMap((event) => [...processes, ...processes].map(async (handle) => ((await handle(event)) ? event : '')));
    expect((await Promise.all(all)).filter(Boolean).sort()).toEqual([...events].sort());
    const again = events.flatMap((event) => processes.map(async (handle) => await handle(event)));
    expect((await Promise.all(again)).filter(Boolean)).toEqual([]);
    expect([...table.records.keys()].filter((name) => name.endsWith('/lock'))).toEqual([]);
  }, 60_000);

  it('is kept per trigger', async () => {
    const handle = startProcess();
    expect([await handle('event', { trigger: 'a' }), await handle('event', { trigger: 'b' }), await handle('event', { trigger: 'a' })]).toEqual([true, true, false]);
  });

  it('takes an execution that runs again for the first, in another process too, and no other one', async () => {
    const [one, other] = [startProcess(), startProcess()];
    expect(await one('event', { executionId: '1' })).toBe(true);
    expect(await other('event', { executionId: '2' })).toBe(false);
    expect(await other('event', { executionId: '1' })).toBe(true);
    expect(await one('event', { executionId: '2' })).toBe(false);
  });

  it('lets a retried execution have its event, and counts it', async () => {
    const handle = startProcess();
    expect([await handle('event'), await handle('event', { mode: 'retry' })]).toEqual([true, true]);
    expect([await handle('unrecorded', { mode: 'retry' }), await handle('unrecorded')]).toEqual([true, false]);
  });

  it('shows a test run every event, and remembers none of it', async () => {
    const handle = startProcess();
    expect([await handle('event', { mode: 'manual' }), await handle('event', { mode: 'manual' }), await handle('event')]).toEqual([true, true, true]);
  });

  it('remembers the last 2,000 events at least, and does not grow without end', async () => {
    const handle = startProcess();
    const events = Array.from({ length: 8000 }, (_, i) => `event_${i}`);
    for (let i = 0; i < events.length; i += 500) await Promise.all(events.slice(i, i + 500).map(async (event) => await handle(event)));
    const latest = await Promise.all(events.slice(-2000).map(async (event) => await handle(event)));
    expect(latest.filter(Boolean)).toEqual([]);
    expect(table.records.size).toBeLessThanOrEqual(257);
    expect(Math.max(...[...table.records.values()].map(({ length }) => length))).toBeLessThanOrEqual(64);
  }, 60_000);

  it('is one for all events where n8n has no parts, and still drops repeats', async () => {
    const [one, other] = [startProcess(true), startProcess(true)];
    for (const event of ['event_1', 'event_2', 'event_3']) expect(await one(event)).toBe(true);
    for (const event of ['event_1', 'event_2', 'event_3']) expect(await other(event)).toBe(false);
    expect([...table.records.keys()]).toEqual(['trigger']);
    expect(await one('event_4')).toBe(true);
    expect(await other('event_1')).toBe(false);
  });

  it('that cannot be made fails the execution, and can be made later', async () => {
    const handle = startProcess();
    table.broken = true;
    await expect(handle('event')).rejects.toMatchObject({ message: 'The event could not be put on record', description: "n8n's database refused it: no connection" });
    table.broken = false;
    expect([await handle('event'), await handle('event')]).toEqual([true, false]);
  });
});
