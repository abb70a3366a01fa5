import type { FastifyRequest } from 'fastify';
import { ApiError } from './apiError';
import type { Settings } from './options';

export type Category = 'GET' | 'WRITE' | 'RUN';

const PER_SECOND = { payg: 10, scale: 25, enterprise: 75, unlimited: Infinity } as const;

/** Extend counts reads, changes, and what starts processing apart from each other (§a.4). */
export function categoryOf({ method, url }: FastifyRequest): Category {
  if (method === 'GET') return 'GET';
  return method === 'POST' && /^\/workflow_runs(\/batch)?(\?|$)/.test(url) ? 'RUN' : 'WRITE';
}

/** Requests of the last second, by category. */
export class RateLimits {
  private readonly recent: Record<Category, number[]> = { GET: [], WRITE: [], RUN: [] };

  /** Counts a request, or refuses it. */
  admit(settings: Settings, category: Category, now = Date.now()): void {
    const limit = PER_SECOND[settings.plan];
    if (limit === Infinity) return;
    const times = this.recent[category];
    while (times.length > 0 && (times[0] ?? 0) <= now - 1000) times.shift();
    if (times.length >= limit) {
      const free = (times[0] ?? now) + 1000;
      throw new ApiError(429, 'RATE_LIMIT_EXCEEDED', 'Too many requests', true, retryAfter(settings, free, now));
    }
    times.push(now);
  }
}

/** Whole seconds or a date, as HTTP has it. */
function retryAfter({ unknowns }: Settings, free: number, now: number): Record<string, string> {
  if (unknowns.retryAfter === 'none') return {};
  const seconds = Math.ceil((free - now) / 1000);
  return { 'retry-after': unknowns.retryAfter === 'date' ? new Date(now + seconds * 1000).toUTCString() : String(seconds) };
}
