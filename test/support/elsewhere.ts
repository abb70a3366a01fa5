import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Visit {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A host that is not Extend. It writes down all that it is sent. */
export interface Elsewhere extends AsyncDisposable {
  url: string;
  visits: Visit[];
  /** What it answers from now on. */
  answer: Answer;
}

export async function startElsewhere(answer: Answer = {}): Promise<Elsewhere> {
  const visits: Visit[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    visits.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
    const { status = 200, headers = {}, body = '{}' } = elsewhere.answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const elsewhere: Elsewhere = {
    // By its name, so that even the host differs from that of the API.
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    visits,
    answer,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return elsewhere;
}
