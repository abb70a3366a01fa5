import '@fastify/multipart';
import type { Extend } from 'extend-ai';
import type { FastifyInstance } from 'fastify';
import { ApiError, notFound } from '../apiError';
import { pageCountOf, typeOf } from '../documents';
import { newId } from '../ids';
import { page, type Query, sorted } from '../paging';
import type { State, StoredFile } from '../state';

const toSummary = ({ id, name, type, createdAt }: StoredFile): Extend.FileSummary => ({
  object: 'file',
  id,
  name,
  type,
  parentFileId: null,
  metadata: {},
  createdAt,
  updatedAt: createdAt,
});

function find(state: State, id: string): StoredFile {
  const file = state.files.get(id);
  if (!file) throw notFound('File', id);
  return file;
}

export function fileRoutes(app: FastifyInstance, state: () => State, url: () => string): void {
  app.post('/files/upload', async (request): Promise<Extend.File_> => {
    let upload: { name: string; bytes: Buffer } | undefined;
    let password = false;
    for await (const part of request.parts()) {
      if (part.type === 'field') password ||= part.fieldname === 'password' && part.value !== '';
      else if (part.fieldname === 'file') upload = { name: part.filename, bytes: await part.toBuffer() };
    }
    if (!upload?.name) throw new ApiError(400, 'INVALID_REQUEST', 'A part named file with a file name is required');
    const file: StoredFile = {
      ...upload,
      id: newId('file'),
      type: typeOf(upload.name),
      password,
      createdAt: new Date().toISOString(),
    };
    state().files.set(file.id, file);
    return { ...toSummary(file), presignedUrl: null, contents: null };
  });

  app.get<{ Querystring: Query }>('/files', async ({ query }) => {
    const rows = [...state().files.values()].filter(({ name }) => name.includes(query.nameContains ?? ''));
    return page(sorted(rows, (file) => file.createdAt + file.id, query.sortDir), query, toSummary);
  });

  app.get<{ Params: { id: string } }>('/files/:id', async ({ params }): Promise<Extend.File_> => {
    const file = find(state(), params.id);
    const pageCount = await pageCountOf(file.bytes);
    const metadata = pageCount === undefined ? {} : { pageCount };
    return { ...toSummary(file), metadata, presignedUrl: `${url()}/_sandbox/storage/${file.id}`, contents: null };
  });

  app.delete<{ Params: { id: string } }>('/files/:id', async ({ params }) => {
    find(state(), params.id);
    state().files.delete(params.id);
    return { id: params.id };
  });
}
