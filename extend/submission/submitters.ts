import { MAX_INPUTS_PER_BATCH } from '../api/limits';
import type { FileInput, JsonObject, Run, RunSummary, TargetReference } from '../api/types';
import type { UploadedInput } from '../intake/draft';
import type { RunKind } from '../kinds/kind';
import { settle } from '../settle';
import type { Acceptance } from './outcome';
import type { Chunk } from './plan';

/** One input of a batch request. */
export interface BatchInput {
  file: FileInput;
  metadata?: JsonObject;
  secrets?: JsonObject;
}

/** The metadata that each input of a request is sent with. */
export type SentMetadata = Array<JsonObject | undefined>;

/** One of the two ways to start runs of a kind: a batch of many inputs, or a run of one. */
export interface Submitter {
  kind: RunKind;
  /** Inputs that one request takes. */
  maxInputs: number;
  path: string;
  bodyOf(chunk: Chunk<UploadedInput>, metadata: SentMetadata): JsonObject;
  /** @returns undefined when the answer does not name what was started */
  acceptanceOf(answer: JsonObject): Acceptance | undefined;
  /** What stands for the whole submission when a lost one is looked for; undefined for a run that was started in the other way. */
  traceOf(run: RunSummary): string | undefined;
  /** A lost submission that was found by its trace. */
  found(trace: string, getRun: (id: string) => Promise<Run>, metadata: SentMetadata): Promise<Acceptance>;
}

const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Target and priority, which all inputs of a request share. */
const sharedOf = ({ target: field }: RunKind, { target, priority }: { target: TargetReference; priority?: number }): JsonObject => ({
  [field]: target,
  ...(priority !== undefined && { priority }),
});

const ownOf = ({ secrets }: UploadedInput, metadata: JsonObject | undefined): JsonObject => ({ ...(metadata && { metadata }), ...(secrets && { secrets }) });

/** Starts up to 1000 runs with one request. Each input has one file. */
export const batchOf = (kind: RunKind): Submitter => ({
  kind,
  maxInputs: MAX_INPUTS_PER_BATCH,
  path: `${kind.path}/batch`,
  bodyOf: (chunk, metadata) => ({
    ...sharedOf(kind, chunk),
    inputs: chunk.inputs.map((input, i): BatchInput => ({ file: input.files[0] as FileInput, ...ownOf(input, metadata[i]) })),
  }),
  acceptanceOf: (answer) => {
    const batchId = kind.batchIdOf(answer);
    return isId(batchId) ? { batchId } : undefined;
  },
  traceOf: ({ batchId }) => batchId ?? undefined,
  found: async (batchId) => ({ batchId }),
});

/** Starts one run: of a file, or of the files of a package. */
export const singleOf = (kind: RunKind): Submitter => ({
  kind,
  maxInputs: 1,
  path: kind.path,
  bodyOf: (chunk, [metadata]) => {
    const input = chunk.inputs[0] as UploadedInput;
    const { files, isPackage, outputs } = input;
    const file = isPackage ? { package: { files } } : { file: files[0] };
    return { ...sharedOf(kind, chunk), ...file, ...(outputs && { outputs }), ...ownOf(input, metadata) };
  },
  acceptanceOf: (answer) => (isId(answer.id) ? { runIds: [answer.id], run: answer as unknown as Run } : undefined),
  traceOf: ({ id, batchId }) => (batchId ? undefined : id),
  found: async (id, getRun, [metadata]) => {
    const { value } = await settle(getRun(id));
    // It exists, whether it can be read again or not.
    return { runIds: [id], run: value ?? { id, status: 'PROCESSING', metadata } };
  },
});
