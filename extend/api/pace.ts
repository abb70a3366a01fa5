/** Extend counts three kinds of requests, each against the plan's limit on its own. */
export type Category = 'GET' | 'WRITE' | 'RUN';

/**
 * Spreads requests evenly below a rate. One turn is handed out every interval, first come, first
 * served, so that executions sharing a credential share the limit fairly.
 */
export class Pace {
  private nextTurn = 0;
  private readonly intervalMs: number;

  /** @param requestsPerSecond the plan's limit; a small margin below it is kept, because clocks differ */
  constructor(requestsPerSecond: number) {
    this.intervalMs = 1000 / (requestsPerSecond * 0.98);
  }

  /**
   * Takes the next turn.
   * @param now current time in milliseconds
   * @returns how long to wait before sending, in milliseconds
   */
  take(now: number): number {
    const turn = Math.max(now, this.nextTurn);
    this.nextTurn = turn + this.intervalMs;
    return turn - now;
  }

  /** Lets no request go before a time, because Extend said that it is too fast. */
  holdUntil(time: number): void {
    this.nextTurn = Math.max(this.nextTurn, time);
  }
}
