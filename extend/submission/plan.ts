import { MAX_BATCH_BYTES, MAX_INPUTS_PER_BATCH } from '../api/limits';
import type { TargetReference } from '../api/types';
import type { CheckedInput } from '../intake/draft';

/** The inputs of one request. */
export interface Chunk<T = CheckedInput> {
  target: TargetReference;
  priority?: number;
  inputs: T[];
  /** Estimated size of the request's JSON, in bytes. */
  bytes: number;
}

export interface Bounds {
  maxInputs?: number;
  maxBytes?: number;
}

/** Commas, brackets, the target and the correlation metadata that every input is sent with. */
const BYTES_PER_INPUT = 300;
const BYTES_PER_REQUEST = 400;

/** JSON size of an input; for a file that is not uploaded yet, with room for its ID. */
function sizeOf({ files, metadata, secrets, outputs }: Pick<CheckedInput, 'files' | 'metadata' | 'secrets' | 'outputs'>): number {
  const sent = files.map((file) => ('upload' in file ? { id: 'x'.repeat(64) } : file));
  return Buffer.byteLength(JSON.stringify([sent, metadata, secrets, outputs])) + BYTES_PER_INPUT;
}

export type Plannable = Pick<CheckedInput, 'target' | 'priority' | 'files' | 'metadata' | 'secrets' | 'outputs'>;

/**
 * Distributes inputs over requests. Inputs of one target, version and priority go together, in
 * the order given; every input is in exactly one chunk. An input that alone exceeds the byte bound gets
 * a chunk of its own, so that Extend, not a guess, decides on it.
 */
export class Planner<T extends Plannable> {
  private readonly groups = new Map<string, Array<Chunk<T>>>();
  private readonly maxInputs: number;
  private readonly maxBytes: number;

  constructor({ maxInputs = MAX_INPUTS_PER_BATCH, maxBytes = MAX_BATCH_BYTES }: Bounds = {}) {
    this.maxInputs = maxInputs;
    this.maxBytes = maxBytes;
  }

  add(input: T): void {
    const { target, priority } = input;
    // No part of it has a line break.
    const key = `${target.id}\n${target.version}\n${priority}`;
    let chunks = this.groups.get(key);
    if (!chunks) this.groups.set(key, (chunks = []));
    const bytes = sizeOf(input);
    const open = chunks.at(-1);
    if (open && open.inputs.length < this.maxInputs && open.bytes + bytes <= this.maxBytes) {
      open.inputs.push(input);
      open.bytes += bytes;
    } else {
      chunks.push({ target, priority, inputs: [input], bytes: BYTES_PER_REQUEST + bytes });
    }
  }

  get chunks(): Array<Chunk<T>> {
    return [...this.groups.values()].flat();
  }
}
