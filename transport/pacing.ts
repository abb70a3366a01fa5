import { sleep } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { type Category, Pace, type PaceClock } from '../extend/api/pace';
import { type ExtendCredential, rateOf, tokenOf } from './credential';
import { StoppedError, unlessStopped } from './pause';

const clock: PaceClock = { now: () => Date.now(), sleep };

/** Shared by all executions of the process, because Extend counts per organization, not per execution. */
const paces = new Map<string, Pace>();

/** The pace that all requests of a category keep which are made with a credential. */
export function paceFor(credential: ExtendCredential, baseUrl: string, category: Category): Pace {
  const rate = rateOf(credential);
  const key = createHash('sha256').update([baseUrl, tokenOf(credential), category, rate].join('\n')).digest('hex');
  const pace = paces.get(key) ?? new Pace(rate, clock);
  paces.set(key, pace);
  return pace;
}

/**
 * Waits for a turn.
 * @param owner one of those who share the pace, such as the client of one execution
 * @returns when the turn came, for {@link Pace.tooFast}
 * @throws StoppedError as soon as the user stops the execution; its turn goes to the next
 */
export async function takeTurn(pace: Pace, owner: object, signal: AbortSignal | undefined): Promise<number> {
  if (signal?.aborted) throw new StoppedError();
  const { ready, leave } = pace.queue(owner);
  await unlessStopped(ready, signal, leave);
  return clock.now();
}
