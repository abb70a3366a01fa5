/** How many handled events are remembered in the process. */
const REMEMBERED = 20_000;

/**
 * Events that this process has handled to the end. It only saves work for repeats: what counts is n8n's
 * own record in the database, which outlives the process and is shared by all of them.
 */
export class RecentEvents {
  private readonly seen = new Set<string>();

  has(scope: string, eventId: string): boolean {
    return this.seen.has(`${scope}\n${eventId}`);
  }

  add(scope: string, eventId: string): void {
    this.seen.add(`${scope}\n${eventId}`);
    if (this.seen.size <= REMEMBERED) return;
    const [oldest] = this.seen;
    if (oldest !== undefined) this.seen.delete(oldest);
  }
}
