const TURN_MS = 120;
const LINE_MS = 15_000;

/**
 * Shows that something goes on for as long as a task takes: a turning line on a terminal, a line now and then elsewhere.
 * @param detail asked for each time, such as how much is done
 */
export async function withProgress<T>(what: string, task: Promise<T>, detail: () => string = () => ''): Promise<T> {
  const begin = Date.now();
  const text = () => [`${Math.round((Date.now() - begin) / 1000)} s`, detail()].filter(Boolean).join(', ');
  const live = process.stdout.isTTY;
  let turn = 0;
  const show = () =>
    live ? process.stdout.write(`\r\x1b[K${'|/-\\'[turn++ % 4]} ${what} (${text()})`) : console.log(`${what}: ${text()}`);
  if (!live) console.log(`${what} ...`);
  const timer = setInterval(show, live ? TURN_MS : LINE_MS);
  try {
    return await task;
  } finally {
    clearInterval(timer);
    if (live) process.stdout.write('\r\x1b[K');
    console.log(`${what}: ${text()}`);
  }
}
