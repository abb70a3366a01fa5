import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import type { BinaryFile } from '../../../extend/intake/draft';

const toBinaryFile = ({ id, data, fileName, mimeType }: IBinaryData): BinaryFile => ({
  // In memory mode `data` holds the bytes; in every other mode it only names the mode.
  ...(id === undefined ? { data } : { id }),
  fileName,
  mimeType,
});

/** A binary field is named, or given as the file itself. */
export function findBinary(item: INodeExecutionData, property: unknown): BinaryFile | undefined {
  const found =
    typeof property === 'object' && property !== null
      ? (property as IBinaryData)
      : Object.entries(item.binary ?? {}).find(([name]) => name === String(property).trim())?.[1];
  return found && toBinaryFile(found);
}
