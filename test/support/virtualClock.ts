/** A clock that stands still until it is told to run; whoever sleeps on it wakes in order. */
export class VirtualClock {
  private time = 0;
  private sleepers: Array<{ at: number; wake: () => void }> = [];

  /** @param lateness how much later than asked for a sleeper wakes, as in a busy process */
  constructor(private readonly lateness: () => number = () => 0) {}

  now = (): number => this.time;

  sleep = async (ms: number): Promise<void> =>
    await new Promise((wake) => this.sleepers.push({ at: this.time + Math.max(0, ms) + this.lateness(), wake }));

  /** Runs until a time, or until nobody sleeps. */
  async run(until = Infinity): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.sleepers.reduce((first, sleeper) => (first && first.at <= sleeper.at ? first : sleeper), this.sleepers[0]);
      if (!next || next.at > until) break;
      this.sleepers.splice(this.sleepers.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    if (until !== Infinity) this.time = Math.max(this.time, until);
  }
}
