import { type IExecuteFunctions, sleep, UserError } from 'n8n-workflow';

/** How long another execution may hold a part. It takes milliseconds; only one that was killed keeps it for good. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/** Entries when there is only one record, which is written as a whole each time. */
export const ENTRIES_IN_ONE = 4000;

/** The only entry of a lock. */
const HELD = ['held'];

/**
 * What n8n's database remembers for a node from one execution to the next, in all its processes.
 *
 * n8n has one record per node, which it reads, changes and writes back: executions in two processes overwrite each
 * other's entries. Only making a record that did not exist is safe, because its name is unique. So this keeps many
 * records, and one more beside each that exists only while it is being changed: its lock. n8n takes the name of a
 * record from the node's ID at the moment it is asked, so the node has another ID for just that moment.
 */
export class NodeRecord {
  constructor(private readonly context: IExecuteFunctions) {}

  /**
   * Adds entries; the oldest go when there are too many.
   * @param part none is the record of the node itself
   * @returns those that were not there
   */
  async add(values: string[], maxEntries: number, part?: string): Promise<string[]> {
    const { helpers } = this.context;
    const ask = () => this.named(part, () => helpers.checkProcessedAndRecord(values, 'node', { mode: 'entries', maxEntries }));
    // Another process that makes the record at the same time makes n8n's insertion fail; then it is there.
    const { new: added } = await ask().catch(ask);
    return added.map(String);
  }

  async remove(values: string[], part?: string): Promise<void> {
    await this.named(part, () => this.context.helpers.removeProcessed(values, 'node', { mode: 'entries' }));
  }

  /** Does something while no other execution, in whatever process, changes the part. */
  async alone<T>(part: string, work: () => Promise<T>): Promise<T> {
    const lock = `${part}/lock`;
    await this.take(lock);
    try {
      return await work();
    } finally {
      await this.drop(lock);
    }
  }

  /** Whether this n8n has parts. One that took the name at another moment would have a single record. */
  async hasParts(): Promise<boolean> {
    await this.add(HELD, ENTRIES_IN_ONE, 'probe');
    return (await this.named('none', () => this.context.helpers.getProcessedDataCount('node', { mode: 'entries' }))) === 0;
  }

  private async take(lock: string): Promise<void> {
    let reason: unknown = new UserError('Another execution does not release it');
    for (const last of [false, true]) {
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline) {
        // A failure is mostly a race that was lost, more than once in a row when many want the lock; whatever it is, it shows in the end.
        const added = await this.add(HELD, 1, lock).catch((error: unknown) => {
          reason = error;
          return [];
        });
        if (added.length > 0) return;
        await sleep(PAUSE_MS * (1 + Math.random()));
      }
      if (!last) await this.drop(lock);
    }
    throw reason;
  }

  private async drop(lock: string): Promise<void> {
    await this.named(lock, () => this.context.helpers.clearAllProcessedItems('node', { mode: 'entries' }));
  }

  /** n8n reads the ID before it first waits, so nothing else sees the other one. */
  private named<T>(part: string | undefined, ask: () => Promise<T>): Promise<T> {
    if (part === undefined) return ask();
    const { node } = this.context.getExecuteData();
    const { id } = node;
    node.id = `${id}/${part}`;
    try {
      return ask();
    } finally {
      node.id = id;
    }
  }
}
