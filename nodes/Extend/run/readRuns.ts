import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Draft, DraftFile } from '../../../extend/intake/draft';
import type { RunDraft } from '../../../extend/runs/validate';
import { findBinary } from '../pipeline/findBinary';
import { type BatchOptions, readDrafts, unreadable } from '../pipeline/read';
import { attempt } from '../../shared/attempt';
import { perItemParameter } from '../../shared/fastParameters';

export interface RunOptions extends BatchOptions {
  outputs?: unknown;
}

/** Entries of a list, or of a text with commas or line breaks between them. */
const entriesOf = (given: unknown): unknown[] => {
  if (Array.isArray(given)) return given;
  return typeof given === 'string' ? given.split(/[,\n]/).map((entry) => entry.trim()).filter((entry) => entry !== '') : [given];
};

/** An entry tells by itself what it is: an address, a binary field that the item has, or else a file ID. */
function fileOf(entry: unknown, item: INodeExecutionData, password: unknown): DraftFile {
  if (typeof entry !== 'string') return { source: 'unknown', given: entry };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(entry)) return { source: 'url', url: entry, password };
  const binary = findBinary(item, entry);
  if (binary) return { source: 'binary', property: entry, binary, available: [], password };
  return { source: 'fileId', id: entry };
}

/**
 * Reads what the parameters say of every item; nothing is judged here.
 * @returns one draft per input item, in order
 * @see readDrafts
 */
export async function readRuns(context: IExecuteFunctions, goOn: boolean): Promise<RunDraft[]> {
  const items = context.getInputData();
  const packageFiles = perItemParameter<unknown>(context, 'packageFiles', '');
  const options = perItemParameter<RunOptions>(context, 'options', {});
  const read = (draft: Draft): RunDraft => {
    const { outputs, pdfPassword } = options(draft.itemIndex);
    const isPackage = draft.file.source === 'unknown' && draft.file.given === 'package';
    const item = items[draft.itemIndex] as INodeExecutionData;
    return {
      draft,
      outputs,
      ...(isPackage && { packageFiles: entriesOf(packageFiles(draft.itemIndex)).map((entry) => fileOf(entry, item, pdfPassword)) }),
    };
  };
  return (await readDrafts(context, goOn)).map((draft) => {
    if (draft.unreadable !== undefined) return { draft };
    const found = attempt(() => read(draft));
    if ('value' in found) return found.value;
    if (!goOn) throw found.error;
    return { draft: unreadable(draft.itemIndex, found.error) };
  });
}
