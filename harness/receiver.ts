import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  headers: Record<string, string | string[] | undefined>;
  /** As received. */
  raw: string;
  event: { eventId: string; eventType: string; payload: Record<string, unknown> };
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Decides the answer by the number of the delivery, counted from 1; 200 at first. */
  answer: (nth: number) => number;
  close(): Promise<void>;
}

/** Something that webhooks are delivered to. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('latin1').startsWith('{') ? Buffer.concat(chunks).toString() : '';
      receiver.received.push({ headers: request.headers, raw, event: raw ? JSON.parse(raw) : undefined });
      response.writeHead(receiver.answer(receiver.received.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answer: () => 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
