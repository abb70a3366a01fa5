import type { JsonObject, Run } from '../api/types';

/**
 * A kind of run of Extend's API. It says everything in which kinds differ, as data: checking, submitting, finding lost
 * answers, waiting and collecting are the same for all of them.
 * @see reference: the table of kinds in CONTRIBUTING, "Add a kind of run"
 */
export interface RunKind {
  /** Path of the collection. Single runs start there, batches at `<path>/batch`. */
  path: string;
  /** Field of requests that names what a run is made with; `<target>Id` filters lists. */
  target: 'workflow';
  /** Field of output items that holds the ID of a run. */
  idField: string;
  /** Every status known today; Extend may add more at any time. */
  statuses: readonly string[];
  /** Whether a text names a version of the target. */
  isVersion(text: string): boolean;
  /** The batch ID in the answer to a batch request. */
  batchIdOf(answer: JsonObject): unknown;
  /**
   * The result of a run without the machinery around it.
   * @param withConfidence adds the confidence scores of extracted values
   */
  simplify(run: Run, withConfidence?: boolean): JsonObject;
}
