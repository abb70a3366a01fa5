import type { ExtendClient } from 'extend-ai';
import { binaryOf } from '../../../harness/engine';
import { byId } from '../../../harness/onSandbox';
import { callOf } from '../../../harness/operationCalls';
import { forEach, inVain, type RequestCase, variant } from './cases';
import { passwordFirst, pageSize, sortDirection } from './differences';

const file = (content: string, name: string, type = 'text/plain'): File => new File([content], name, { type });
const get = callOf('file', 'get');
const getAll = callOf('file', 'getAll');
const upload = callOf('file', 'upload');

const uploadOf = (title: string, content: File, options: object, request: Parameters<ExtendClient['files']['upload']>[1], sentName = content.name): RequestCase => ({
  call: variant(upload, title, {
    parameters: () => ({ options }),
    input: async () => [{ json: {}, binary: { data: await binaryOf(Buffer.from(await content.arrayBuffer()), content.name, content.type) } }],
  }),
  sdk: async (client) => await client.files.upload(new File([content], sentName, { type: content.type }), request),
});

export const fileCases: RequestCase[] = [
  { call: callOf('file', 'delete'), sdk: async (client, { fileIds }) => await forEach(fileIds, async (id) => await inVain(client.files.delete(id))) },
  { call: callOf('file', 'download'), sdk: async (client, { fileIds }) => await forEach(fileIds, async (id) => await client.files.retrieve(id)) },
  { call: get, sdk: async (client, { fileIds }) => await forEach(fileIds, async (id) => await client.files.retrieve(id)) },
  { call: getAll, sdk: async (client) => await client.files.list(), differs: [sortDirection, pageSize] },
  {
    call: variant(getAll, 'with every filter', { parameters: () => ({ limit: 7, filters: { nameContains: 'invoice', sortDir: 'asc' } }) }),
    sdk: async (client) => await client.files.list({ nameContains: 'invoice', sortDir: 'asc', maxPageSize: 7 }),
  },
  {
    call: variant(getAll, 'page by page', {
      prepare: async (sandbox) => {
        const account = await getAll.prepare(sandbox);
        sandbox.configure({ pageCap: 1 });
        return account;
      },
      parameters: () => ({ returnAll: true, filters: { nameContains: 'i' } }),
    }),
    sdk: async (client) => {
      let token: string | undefined;
      do ({ nextPageToken: token } = await client.files.list({ nameContains: 'i', sortDir: 'desc', maxPageSize: 1000, nextPageToken: token }));
      while (token);
    },
  },
  {
    call: upload,
    sdk: async (client) => {
      await client.files.upload(file('Invoice INV-5, total 9 USD', 'invoice-5.txt'), {});
      await client.files.upload(file('?', 'unknown', 'application/octet-stream'), {});
    },
  },
  uploadOf('with a name of its own', file('%PDF', 'scan.pdf', 'application/pdf'), { fileName: 'invoice 17.pdf' }, {}, 'invoice 17.pdf'),
  uploadOf('with a name in quotes and another script', file('a', 'Größe "A" 文書.txt'), {}, {}),
  uploadOf('with conversion', file('a', 'scan.png', 'image/png'), { convertToPdf: true }, { convertToPdf: true }),
  { ...uploadOf('with a password', file('%PDF', 'locked.pdf', 'application/pdf'), { pdfPassword: 'ö "p' }, { password: 'ö "p' }), differs: [passwordFirst] },
  {
    call: variant(get, 'encodes an ID', { parameters: () => ({ fileId: byId('a b/c?d#é') }), input: () => [{}] }),
    sdk: async (client) => await inVain(client.files.retrieve('a b/c?d#é')),
  },
];
