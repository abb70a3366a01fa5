import type { INodeExecutionData } from 'n8n-workflow';
import type { Draft, DraftFile, DraftMetadata, MetadataField } from '../../../extend/intake/draft';
import { messageOf } from '../../../extend/intake/problem';
import { attempt } from '../../shared/attempt';
import { perItemParameter } from '../../shared/fastParameters';
import type { Locator } from '../../shared/locator';
import { mapYielding } from '../../shared/yielding';
import { findBinary } from './findBinary';
import type { ItemOptions } from './givenOptions';
import type { Job } from './job';
import { hasDeduplicationKey } from './policy';

const isFilled = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** From the list, by number, or as an expression for the whole field gives it. */
const versionOf = ({ version }: ItemOptions): unknown => {
  const given = typeof version === 'object' && version !== null ? (version as Locator).value : version;
  return given === 'latest' ? undefined : given;
};

const unreadable = (itemIndex: number, error: unknown): Draft => ({
  itemIndex,
  target: undefined,
  files: [],
  unreadable: messageOf(error).replace(/\.?$/, '.'),
});

/** Entries of a list, or of a text with commas or line breaks between them. */
const entriesOf = (given: unknown): unknown[] => {
  if (Array.isArray(given)) return given;
  return typeof given === 'string' ? given.split(/[,\n]/).map((entry) => entry.trim()).filter((entry) => entry !== '') : [given];
};

/** An entry of a package shows by itself what it is: an address, a binary field that the item has, or else a file ID. */
function packageFile(entry: unknown, item: INodeExecutionData, password: unknown): DraftFile {
  if (typeof entry !== 'string') return { source: 'unknown', given: entry };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(entry)) return { source: 'url', url: entry, password };
  const binary = findBinary(item, entry);
  if (binary) return { source: 'binary', property: entry, binary, available: [], password };
  return { source: 'fileId', id: entry };
}

/** Reads the files of an item from the fields that its File Source names. */
function fileReader({ context, starter }: Job) {
  const source = perItemParameter<unknown>(context, 'fileSource', 'url');
  const url = perItemParameter<unknown>(context, 'fileUrl', '');
  const property = perItemParameter<unknown>(context, 'binaryPropertyName', 'data');
  const fileId = perItemParameter<unknown>(context, 'fileId', '');
  const text = perItemParameter<unknown>(context, 'text', '');
  const packageFiles = perItemParameter<unknown>(context, 'packageFiles', '');

  const fileFrom = (given: unknown, item: INodeExecutionData, i: number, { fileName: name, pdfPassword: password }: ItemOptions): DraftFile => {
    switch (given) {
      case 'url':
        return { source: 'url', url: url(i), name, password };
      case 'fileId':
        return { source: 'fileId', id: fileId(i) };
      case 'text':
        return { source: 'text', text: text(i), name };
      case 'binary': {
        const binary = findBinary(item, property(i));
        const label = typeof property(i) === 'object' ? 'the given file' : property(i);
        return { source: 'binary', property: label, binary, available: Object.keys(item.binary ?? {}), name, password };
      }
      default:
        return { source: 'unknown', given };
    }
  };
  return (item: INodeExecutionData, i: number, own: ItemOptions): Pick<Draft, 'files' | 'isPackage'> => {
    const given = source(i);
    if (given === 'package' && starter === 'run') {
      return { isPackage: true, files: entriesOf(packageFiles(i)).map((entry) => packageFile(entry, item, own.pdfPassword)) };
    }
    if (given !== 'auto') return { files: [fileFrom(given, item, i, own)] };
    const filled = [
      isFilled(url(i)) && 'url',
      isFilled(fileId(i)) && 'fileId',
      isFilled(text(i)) && 'text',
      findBinary(item, property(i)) && 'binary',
    ].filter((found): found is string => typeof found === 'string');
    return { files: [filled.length === 1 ? fileFrom(filled[0], item, i, own) : { source: 'several', filled }] };
  };
}

function metadataReader({ context }: Job): (i: number) => DraftMetadata | undefined {
  const mode = perItemParameter<string>(context, 'metadataMode', 'none');
  const fields = perItemParameter<{ values?: MetadataField[] }>(context, 'metadataFields', {});
  const json = perItemParameter<unknown>(context, 'metadataJson', '{}');
  return (i) => {
    if (mode(i) === 'fields') return { kind: 'fields', fields: fields(i).values ?? [] };
    return mode(i) === 'json' ? { kind: 'json', json: json(i) } : undefined;
  };
}

/**
 * Reads what the parameters say of every item; nothing is judged here. An item that n8n cannot read, because an
 * expression fails, is unreadable.
 * @returns one draft per input item, in order
 * @throws n8n's own error when the first failure ends the execution
 */
export async function readDrafts(job: Job): Promise<Draft[]> {
  const { context, policy } = job;
  const target = perItemParameter<unknown>(context, job.submitter.kind.target, '', { extractValue: true });
  const options = perItemParameter<ItemOptions>(context, 'options', {});
  const filesOf = fileReader(job);
  const metadataOf = metadataReader(job);
  const hasKey = hasDeduplicationKey(context);

  const read = (item: INodeExecutionData, itemIndex: number): Draft => {
    const own = options(itemIndex);
    return {
      itemIndex,
      target: target(itemIndex),
      version: versionOf(own),
      priority: own.priority,
      ...filesOf(item, itemIndex, own),
      outputs: own.outputs,
      metadata: metadataOf(itemIndex),
      usageTags: own.usageTags,
      secrets: own.secrets?.values,
      hasKey,
      key: own.deduplicationKey,
    };
  };
  return await mapYielding(context.getInputData(), (item, itemIndex) => {
    const found = attempt(() => read(item, itemIndex));
    if ('value' in found) return found.value;
    if (policy.onFailure === 'stop') throw found.error;
    return unreadable(itemIndex, found.error);
  });
}
