import type { JsonObject } from '../../../../extend/api/types';
import { summarizeFile } from '../../../../extend/results/summaries';
import { path } from '../../../../transport/client';
import { perItem, requiredText } from '../../../shared/perItem';
import { simplifyField } from '../../panel/results';
import { fileLocator } from '../../../shared/locators';
import type { Operation } from '../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get file',
  description: 'Retrieve the details of a file, with a link that downloads it for 15 minutes',
  fields: [fileLocator, simplifyField],
  execute: async (context, client) =>
    await perItem(context, async (itemIndex) => {
      const id = requiredText(context, 'fileId', 'File', itemIndex);
      const file = await client.request<JsonObject>({ method: 'GET', path: path`/files/${id}`, effect: 'read' });
      const simplify = context.getNodeParameter('simplify', itemIndex, true);
      return simplify ? { ...summarizeFile(file), presignedUrl: file.presignedUrl ?? null } : file;
    }),
};
