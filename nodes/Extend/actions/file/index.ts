import type { Resource } from '../operation';
import { deleteFile } from './delete.operation';
import { downloadFile } from './download.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { upload } from './upload.operation';

export const file: Resource = {
  value: 'file',
  name: 'File',
  operations: [deleteFile, downloadFile, get, getAll, upload],
  defaultOperation: 'upload',
};
