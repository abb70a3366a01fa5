import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** Looks until there is what is expected, as a user does at a page that is still changing. */
export async function expectSoon<T>(look: () => Promise<T>, expected: T, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let seen = await look();
  while (!isDeepStrictEqual(seen, expected) && Date.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    seen = await look();
  }
  expect(seen).toEqual(expected);
}
