import { appendFileSync } from 'node:fs';

/** What became of the inputs of one case, or of all. */
export interface Tally {
  inputs: number;
  /** One run each, and the node says so. */
  submitted: number;
  /** No run, and the node says so. */
  rejected: number;
  /** The node says that it cannot know, and how to look for the run. */
  unknown: number;
  /** Everything else. Must stay 0. */
  lost: number;
  /** More than one run. Must stay 0. */
  doubled: number;
}

export const COLUMNS = ['inputs', 'submitted', 'rejected', 'unknown', 'lost', 'doubled'] as const;

/** The variable that names the file in which all test files of a run keep the books. */
export const TALLY_FILE = 'N8N_NODES_EXTEND_TALLY';

export interface Entry extends Tally {
  group: string;
}

/** Adds a case to the books of the whole run. */
export function record(group: string, tally: Tally): void {
  const file = process.env[TALLY_FILE];
  if (file) appendFileSync(file, `${JSON.stringify({ group, ...tally })}\n`);
}
