import { path } from '../../../../transport/client';
import { fileLocator } from '../../../shared/locators';
import { perItem, requiredText } from '../../../shared/perItem';
import type { Operation } from '../operation';

interface FileWithText {
  contents: { rawText?: string } | null;
}

export const getText: Operation = {
  value: 'getText',
  name: 'Get Text',
  action: 'Get text of file',
  description: 'Retrieve the text that was read in a file',
  fields: [fileLocator],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'fileId', 'File', itemIndex);
      const request = { method: 'GET', path: path`/files/${id}`, query: { rawText: true }, effect: 'read' } as const;
      const { contents } = await client.request<FileWithText>(request);
      return { fileId: id, text: contents?.rawText ?? null };
    }),
};
