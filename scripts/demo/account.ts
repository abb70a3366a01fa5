import type { Item } from '../../harness/n8nClient';
import type { ServerRun } from './backend';

/** What became of the inputs, from the items of n8n and the runs of the server. */
export interface Account {
  inputs: number;
  results: number;
  /** Batches by ID with the number of their runs, in order of appearance. */
  batches: Map<string, number>;
  /** Inputs without a result of their own. */
  lost: number;
  /** Inputs that were run more than once, or have more than one result. */
  doubled: number;
  /** Results of documents that were not processed well. */
  failed: number;
  /** The first things that are wrong, for people. */
  problems: string[];
}

const SHOWN_PROBLEMS = 10;

/**
 * Compares what went into the node, what came out of it, and what happened on the server.
 * A result counts as an input's own only if n8n's item pairing, the correlation metadata and the user's metadata
 * all name that input, and if the server knows the run as that input's.
 */
export function account(inputs: Item[], outputs: Item[], runs: ServerRun[]): Account {
  const problems: string[] = [];
  const runById = new Map(runs.map((run) => [run.id, run]));
  const resultsPerItem = new Map<number, number>();
  let results = 0;
  let failed = 0;
  for (const output of outputs) {
    const { workflowRunId, status, failureMessage } = output.json;
    if (typeof workflowRunId !== 'string') {
      problems.push(`An item that is no result: ${JSON.stringify(output.json).slice(0, 200)}`);
      continue;
    }
    results++;
    const item = ownerOf(output, inputs, runById.get(workflowRunId));
    if (item === undefined) problems.push(`The result of ${workflowRunId} is not on the item that caused it`);
    else add(resultsPerItem, item);
    if (status !== 'PROCESSED') {
      failed++;
      problems.push(`${workflowRunId} ended as ${String(status)}: ${String(failureMessage)}`);
    }
  }
  const runsPerItem = new Map<number, number>();
  const batches = new Map<string, number>();
  for (const { id, item, batchId } of runs) {
    if (item === undefined || !inputs[item]) problems.push(`The server has run ${id} that belongs to no input`);
    else add(runsPerItem, item);
    add(batches, batchId);
  }
  const indexes = inputs.map((_, index) => index);
  const lost = indexes.filter((index) => !resultsPerItem.has(index));
  const doubled = indexes.filter((index) => (runsPerItem.get(index) ?? 0) > 1 || (resultsPerItem.get(index) ?? 0) > 1);
  problems.push(...lost.map((index) => `Input ${index} has no result`), ...doubled.map((index) => `Input ${index} was run more than once`));
  return {
    inputs: inputs.length,
    results,
    batches,
    lost: lost.length,
    doubled: doubled.length,
    failed,
    problems: problems.length > SHOWN_PROBLEMS ? [...problems.slice(0, SHOWN_PROBLEMS), `... and ${problems.length - SHOWN_PROBLEMS} more`] : problems,
  };
}

const add = <K>(counts: Map<K, number>, key: K): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);

/** The input that a result belongs to, when everything that says so agrees. */
function ownerOf({ json, pairedItem }: Item, inputs: Item[], run: ServerRun | undefined): number | undefined {
  const paired = (pairedItem as { item?: number } | undefined)?.item;
  const { source, metadata } = json as { source?: { itemIndex?: number }; metadata?: { invoiceNumber?: string } };
  const input = paired === undefined ? undefined : inputs[paired];
  const agree =
    input !== undefined &&
    source?.itemIndex === paired &&
    run?.item === paired &&
    metadata?.invoiceNumber === input.json.invoiceNumber;
  return agree ? paired : undefined;
}
