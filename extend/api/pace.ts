/** Extend counts three kinds of requests, each against the plan's limit on its own. */
export type Category = 'GET' | 'WRITE' | 'RUN';

/** Share of the limit that is used; the rest makes up for answers and clocks that take their time. */
const SHARE = 0.97;

/**
 * Share of the rate that is kept after an answer of 429, by how many there were lately. One in many requests is bad
 * luck: some met on the way. More say that the rate is wrong, or shared with somebody else.
 */
const keptAfter = (refusals: number): number => (refusals === 1 ? 0.97 : refusals < 4 ? 0.9 : 0.6);
const LATELY_TURNS = 300;

/** Share of the limit that is won back every second. */
const RECOVERY_PER_SECOND = 0.005;

/** However often Extend says that it is too fast, requests go on at this rate. */
const MIN_PER_SECOND = 1;

/** Turns that a busy process was late to hand out are made up for this far back. */
const CATCH_UP_MS = 100;

export interface PaceClock {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** A place in the queue. */
export interface Turn {
  /** Resolves when the request may be sent. */
  ready: Promise<void>;
  /** Leaves the queue; the turn goes to the next in line. */
  leave(): void;
}

/**
 * Spreads requests evenly below a rate, also when the process is too busy to hand out turns in time. Those who
 * share it (executions with the same credential) take turns, however many requests each of them has waiting.
 */
export class Pace {
  /** Those who wait, the next to be served first. */
  private readonly queues = new Map<object, Array<() => void>>();
  /** When the last requests went out: as many as the plan allows in a window. */
  private readonly sent: number[] = [];
  private readonly perWindow: number;
  private readonly windowMs: number;
  private nextTurn = 0;
  private serving = false;
  /** Current rate in requests per second, as of a time. */
  private rate: { perSecond: number; at: number };
  private slowedAt = -Infinity;
  /** Turns given so far, and those after which Extend said that it is too fast. */
  private turns = 0;
  private refusals: number[] = [];

  /** @param limit requests per second that the plan allows */
  constructor(
    private readonly limit: number,
    private readonly clock: PaceClock,
  ) {
    this.perWindow = Math.max(1, Math.floor(limit));
    this.windowMs = (1000 * this.perWindow) / (limit * SHARE);
    this.rate = { perSecond: limit * SHARE, at: clock.now() };
  }

  /** Takes a place in the queue of one of those who share the rate. */
  queue(owner: object): Turn {
    let go = () => {};
    const ready = new Promise<void>((resolve) => (go = resolve));
    const own = this.queues.get(owner) ?? [];
    own.push(go);
    this.queues.set(owner, own);
    if (!this.serving) void this.serve();
    const leave = () => {
      const place = own.indexOf(go);
      if (place >= 0) own.splice(place, 1);
      if (own.length === 0 && this.queues.get(owner) === own) this.queues.delete(owner);
    };
    return { ready, leave };
  }

  /**
   * Slows down, because Extend said that it is too fast; the plan's rate is won back little by little. When it
   * says so again, nothing at all is sent for as long as it asks to wait.
   * @param sentAt when the request was sent that Extend refused
   * @param waitMs how long Extend asks to wait
   */
  tooFast(sentAt: number, waitMs: number): void {
    // Requests that were on their way together all tell the same thing.
    if (sentAt < this.slowedAt) return;
    const now = this.clock.now();
    this.refusals = [...this.refusals.filter((turn) => turn > this.turns - LATELY_TURNS), this.turns];
    const perSecond = this.perSecond(now) * keptAfter(this.refusals.length);
    this.rate = { perSecond: Math.max(MIN_PER_SECOND, perSecond), at: now };
    this.slowedAt = now;
    if (this.refusals.length > 1) this.nextTurn = Math.max(this.nextTurn, now + waitMs);
  }

  private perSecond(now: number): number {
    const recovered = ((now - this.rate.at) / 1000) * RECOVERY_PER_SECOND * this.limit;
    return Math.min(this.limit * SHARE, this.rate.perSecond + recovered);
  }

  /** Hands out turns until nobody waits. */
  private async serve(): Promise<void> {
    this.serving = true;
    this.nextTurn = Math.max(this.nextTurn, this.clock.now());
    while (this.queues.size > 0) {
      const now = this.clock.now();
      const oldest = this.sent.length < this.perWindow ? -Infinity : (this.sent[0] as number);
      const wait = Math.max(this.nextTurn, oldest + this.windowMs) - now;
      if (wait > 0) {
        await this.clock.sleep(wait);
        continue;
      }
      const [owner, own] = this.queues.entries().next().value as [object, Array<() => void>];
      const go = own.shift() as () => void;
      this.turns++;
      this.queues.delete(owner);
      if (own.length > 0) this.queues.set(owner, own);
      this.nextTurn = Math.max(this.nextTurn, now - CATCH_UP_MS) + 1000 / this.perSecond(now);
      if (this.sent.push(now) > this.perWindow) this.sent.shift();
      go();
    }
    this.serving = false;
  }
}
