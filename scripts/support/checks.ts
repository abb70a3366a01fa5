/** A rule, and what breaks it. */
export interface Check {
  rule: string;
  problems: string[];
}

/**
 * Prints one line per rule.
 * @param what the rules are about, such as "the tarball"
 * @returns the exit code: 1 if one is broken
 */
export function report(what: string, checks: Check[]): number {
  for (const { rule, problems } of checks) {
    console.log(problems.length === 0 ? `ok      ${what} ${rule}` : `FAILED  ${what} ${rule}: ${problems.join(', ')}`);
  }
  return checks.some(({ problems }) => problems.length > 0) ? 1 : 0;
}
