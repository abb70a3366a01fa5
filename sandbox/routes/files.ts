import '@fastify/multipart';
import type { Extend } from 'extend-ai';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, notFound } from '../apiError';
import { pagesOf, type Upload } from '../documents/fileStore';
import type { LedgerPart } from '../ledger';
import { inOrder, page, type Query } from '../paging';
import { deleteRun } from '../runs/change';
import type { Server } from '../server';
import type { State, StoredFile } from '../state';

type Params = { Params: { id: string } };

const toFileSummary = ({ id, name, type, createdAt, pageCount }: StoredFile): Extend.FileSummary => ({
  object: 'file',
  id,
  name,
  type,
  parentFileId: null,
  metadata: pageCount === undefined ? {} : { pageCount },
  createdAt,
  updatedAt: createdAt,
});

/** Uploaded files and those of parts, in the order of their creation. */
const summariesOf = ({ files, parts }: State): Extend.FileSummary[] =>
  [...[...files.values()].map(toFileSummary), ...[...parts.values()].map(({ summary }) => summary)].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));

/** A file with the text that is kept of it. */
async function find({ files, parts }: State, id: string): Promise<{ summary: Extend.FileSummary; text?: string }> {
  const part = parts.get(id);
  if (part) return { summary: part.summary, text: part.content.pages.join('\n') };
  const file = files.get(id);
  if (!file) throw notFound('File', id);
  // Of a kind of file nobody knows, no pages are known either.
  if (file.type !== null) await pagesOf(file);
  return { summary: toFileSummary(file), text: file.text };
}

/** Reads the form: a part `file` that has a file name, and maybe a field `password`. */
async function receive({ files, settings }: Server, request: FastifyRequest): Promise<{ upload: Upload; password: boolean }> {
  let upload: Upload | undefined;
  let password = false;
  if (!request.isMultipart()) throw new ApiError(400, 'INVALID_REQUEST', 'The body must be multipart/form-data');
  const form: LedgerPart[] = [];
  if (request.entry) request.entry.form = form;
  for await (const part of request.parts({ limits: { fileSize: settings.maxFileBytes } })) {
    if (part.type === 'field') {
      form.push({ field: part.fieldname, value: part.value });
      password ||= part.fieldname === 'password' && part.value !== '';
      continue;
    }
    form.push({ field: part.fieldname, fileName: part.filename, contentType: part.mimetype });
    const received = await files.receive(part.filename, part.mimetype, part.file);
    if (part.file.truncated) throw new ApiError(400, 'FILE_SIZE_TOO_LARGE', `${part.filename} is too large`);
    if (part.fieldname === 'file') upload = received;
  }
  if (!upload?.name) throw new ApiError(400, 'INVALID_REQUEST', 'A file with a file name is needed. Path: file');
  return { upload, password };
}

export function fileRoutes(app: FastifyInstance, server: Server): void {
  app.post<{ Querystring: Query }>('/files/upload', async (request): Promise<Extend.File_> => {
    const { state } = server;
    const { upload, password } = await receive(server, request);
    const file = await server.files.keep(upload, password, request.query.convertToPdf === 'true');
    state.files.set(file.id, file);
    return { ...toFileSummary(file), presignedUrl: null, contents: null };
  });

  app.get<{ Querystring: Query }>('/files', async ({ query }) => {
    const rows = summariesOf(server.state).filter(({ name }) => name.includes(query.nameContains ?? ''));
    return page(server.settings, inOrder(server.settings, rows, query), query, (row) => row);
  });

  app.get<Params & { Querystring: Query }>('/files/:id', async ({ params, query }): Promise<Extend.File_> => {
    const { summary, text } = await find(server.state, params.id);
    const contents = query.rawText === 'true' && text !== undefined ? { rawText: text } : null;
    return { ...summary, presignedUrl: server.state.presign('files', params.id), contents };
  });

  app.delete<Params>('/files/:id', async ({ params: { id } }): Promise<Extend.FilesDeleteResponse> => {
    const { state } = server;
    if (!state.files.delete(id) && !state.parts.delete(id)) throw notFound('File', id);
    if (state.settings.unknowns.deleteFileDeletesRuns) {
      for (const run of [...state.runs.values()]) if (run.files.some((file) => file.id === id)) deleteRun(state, run);
    }
    return { id };
  });
}
