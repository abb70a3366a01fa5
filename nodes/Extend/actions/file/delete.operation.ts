import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../shared/perItem';
import { fileId } from '../fields';
import type { Operation } from '../operation';

export const deleteFile: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete file',
  description: 'Delete a file and its data permanently',
  fields: [fileId],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'fileId', 'File ID', itemIndex);
      await client.request({ method: 'DELETE', path: path`/files/${id}`, effect: 'write' });
      return { fileId: id, deleted: true };
    }),
};
