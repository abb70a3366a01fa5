/** Runs jobs in order, a bounded number at once. */
export class Limiter {
  private readonly waiting: Array<() => Promise<void>> = [];
  private running = 0;

  constructor(private readonly atOnce: () => number) {}

  /** Resolves with the job's result once it had its turn. */
  run<T>(job: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push(async () => await job().then(resolve, reject));
      this.next();
    });
  }

  private next(): void {
    while (this.running < this.atOnce()) {
      const job = this.waiting.shift();
      if (!job) return;
      this.running++;
      void job().finally(() => {
        this.running--;
        this.next();
      });
    }
  }
}
