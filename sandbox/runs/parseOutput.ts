import type { Extend } from 'extend-ai';
import type { Content } from '../documents/content';
import type { State } from '../state';

const MAX_CHUNK_CHARACTERS = 20_000;

/** The text of a document as a parse run shows it: in the answer, behind an address, or not at all. */
export function parseOutput(state: State, runId: string, content: Content, config: Extend.ParseConfig): Pick<Extend.ParseRun, 'output' | 'outputUrl'> {
  const { parseOutput: where } = state.settings.unknowns;
  if (where === 'none') return { output: null, outputUrl: null };
  const output: Extend.ParseRunOutput = { chunks: chunksOf(content, config) };
  if (where === 'json') return { output, outputUrl: null };
  state.payloads.set(runId, output);
  return { output: null, outputUrl: state.presign('payloads', runId) };
}

/** A chunk for each page, or one for the document, as the step is configured. */
function chunksOf({ text, pages }: Content, { chunkingStrategy }: Extend.ParseConfig): Extend.Chunk[] {
  // Of a document that the sandbox cannot read, its name stands for what it says.
  const texts = pages.some((page) => page !== '') ? pages : [text, ...pages.slice(1)];
  if (chunkingStrategy?.type === 'document') return [chunk('document', texts.join('\n'), 1, pages.length)];
  return texts.map((content, i) => chunk('page', content, i + 1, i + 1));
}

const chunk = (type: Extend.ChunkType, content: string, start: number, end: number): Extend.Chunk => ({
  object: 'chunk',
  type,
  content: content.slice(0, MAX_CHUNK_CHARACTERS),
  metadata: { pageRange: { start, end } },
  blocks: [],
});
