import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { messageOf } from '../../../extend/intake/problem';
import type { Draft, DraftFile, DraftMetadata, MetadataField } from '../../../extend/intake/draft';
import type { Origin } from '../../../extend/intake/check';
import { attempt } from '../../shared/attempt';
import type { Locator } from '../../shared/locator';
import { perItemParameter } from '../../shared/fastParameters';
import { mapInTurns } from '../../shared/yielding';
import { findBinary } from './findBinary';

/** Options that may differ per item. The others concern the whole run and are read from the first item. */
export interface BatchOptions {
  addCorrelationMetadata?: boolean;
  deduplicationKey?: unknown;
  dryRun?: boolean;
  fileName?: unknown;
  ifUnknown?: 'report' | 'resend';
  includeConfidence?: boolean;
  includeInput?: boolean;
  inputsPerBatch?: unknown;
  lookBack?: unknown;
  lookForLost?: unknown;
  maximumInputs?: unknown;
  onInvalidItems?: 'stop' | 'skip';
  onTimeLimit?: 'return' | 'fail';
  pdfPassword?: unknown;
  priority?: unknown;
  secrets?: { secret?: MetadataField[] };
  timeLimit?: unknown;
  uploadConcurrency?: unknown;
  usageTags?: unknown;
  version?: unknown;
}

/** Where inputs come from; absent when the user wants no correlation metadata. */
export const originOf = (context: IExecuteFunctions, { addCorrelationMetadata = true }: BatchOptions): Origin | undefined =>
  addCorrelationMetadata ? { executionId: context.getExecutionId(), nodeName: context.getNode().name } : undefined;

const isFilled = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** From the list, by number, or as an expression for the whole field gives it. */
const versionOf = ({ version }: BatchOptions): unknown => {
  const given = typeof version === 'object' && version !== null ? (version as Locator).value : version;
  return given === 'latest' ? undefined : given;
};

/** Whether the option is there, whatever its expression gives for an item. */
export const hasDeduplicationKey = (context: IExecuteFunctions): boolean =>
  (context.getNode().parameters.options as BatchOptions | undefined)?.deduplicationKey !== undefined;

export const unreadable = (itemIndex: number, error: unknown): Draft => ({
  itemIndex,
  workflowId: undefined,
  file: { source: 'unknown', given: undefined },
  unreadable: messageOf(error).replace(/\.?$/, '.'),
});

/**
 * Reads what the parameters say of every item; nothing is judged here.
 * @param goOn makes an item that n8n cannot read, because an expression fails, one that is unreadable
 * @returns one draft per input item, in order
 * @throws n8n's own error, unless it goes on
 */
export async function readDrafts(context: IExecuteFunctions, goOn: boolean): Promise<Draft[]> {
  const workflow = perItemParameter<unknown>(context, 'workflow', '', { extractValue: true });
  const source = perItemParameter<unknown>(context, 'fileSource', 'url');
  const url = perItemParameter<unknown>(context, 'fileUrl', '');
  const property = perItemParameter<unknown>(context, 'binaryPropertyName', 'data');
  const fileId = perItemParameter<unknown>(context, 'fileId', '');
  const text = perItemParameter<unknown>(context, 'text', '');
  const metadataMode = perItemParameter<string>(context, 'metadataMode', 'none');
  const metadataFields = perItemParameter<{ field?: MetadataField[] }>(context, 'metadataFields', {});
  const metadataJson = perItemParameter<unknown>(context, 'metadataJson', '{}');
  const options = perItemParameter<BatchOptions>(context, 'options', {});
  const hasKey = hasDeduplicationKey(context);

  const fileFrom = (given: unknown, item: INodeExecutionData, i: number, { fileName: name, pdfPassword: password }: BatchOptions): DraftFile => {
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
  const fileOf = (item: INodeExecutionData, i: number, own: BatchOptions): DraftFile => {
    const given = source(i);
    if (given !== 'auto') return fileFrom(given, item, i, own);
    const filled = [
      isFilled(url(i)) && 'url',
      isFilled(fileId(i)) && 'fileId',
      isFilled(text(i)) && 'text',
      findBinary(item, property(i)) && 'binary',
    ].filter((source): source is string => typeof source === 'string');
    return filled.length === 1 ? fileFrom(filled[0], item, i, own) : { source: 'several', filled };
  };
  const metadataOf = (i: number): DraftMetadata | undefined => {
    const mode = metadataMode(i);
    if (mode === 'fields') return { kind: 'fields', fields: metadataFields(i).field ?? [] };
    return mode === 'json' ? { kind: 'json', json: metadataJson(i) } : undefined;
  };

  const read = (item: INodeExecutionData, itemIndex: number): Draft => {
    const own = options(itemIndex);
    return {
      itemIndex,
      workflowId: workflow(itemIndex),
      version: versionOf(own),
      priority: own.priority,
      file: fileOf(item, itemIndex, own),
      metadata: metadataOf(itemIndex),
      usageTags: own.usageTags,
      secrets: own.secrets?.secret,
      hasKey,
      key: own.deduplicationKey,
    };
  };
  return await mapInTurns(context.getInputData(), (item, itemIndex) => {
    const found = attempt(() => read(item, itemIndex));
    if ('value' in found) return found.value;
    if (!goOn) throw found.error;
    return unreadable(itemIndex, found.error);
  });
}
