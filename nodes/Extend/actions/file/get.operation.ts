import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../shared/perItem';
import { fileId } from '../fields';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get file',
  description: 'Retrieve the details of a file, with a link that downloads it for 15 minutes',
  fields: [fileId],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'fileId', 'File ID', itemIndex);
      return await client.request<object>({ method: 'GET', path: path`/files/${id}`, effect: 'read' });
    }),
};
