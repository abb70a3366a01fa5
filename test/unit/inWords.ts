import type { Problem } from '../../extend/intake/problem';
import { problemItems } from '../../nodes/Extend/pipeline/problems';

/** What the panel calls the field of a problem, what is wrong with it, and what to do: the words a user reads. */
export const inWords = (problem: Problem | undefined): Record<string, unknown> =>
  (problem && problemItems([problem])[0]?.json.details) as Record<string, unknown>;
