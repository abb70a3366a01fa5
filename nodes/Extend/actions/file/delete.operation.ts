import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../../shared/perItem';
import { fileLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const deleteFile: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete file',
  description: 'Delete a file and its data permanently',
  fields: [fileLocator],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'fileId', 'File', itemIndex);
      await client.request({ method: 'DELETE', path: path`/files/${id}`, effect: 'write' });
      return { fileId: id, deleted: true };
    }),
};
