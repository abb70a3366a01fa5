import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, globalAgent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { INodeExecutionData } from 'n8n-workflow';
import { mapBounded } from '../extend/concurrency';
import { binaryOf, useBinaryMode } from '../harness/engine';
import { atLeast, atMost, growth, inFreshProcesses, MB, median, medianWall, PAIRS, pairs, type Result, result } from './measure';
import { type BenchServer, startServer } from './server';
import { credentialFor, runBuilt } from './work';

const FILE_MB = 5;
const MANY_FILES = 200;
const AT_ONCE = 5;
/** Single runs differ by a fifth. */
const UPLOAD_PAIRS = 11;

/** Different files, so that none is shared. */
const fileOf = (n: number): Buffer => Buffer.alloc(FILE_MB * MB, createHash('sha256').update(String(n)).digest());

/** Items whose files n8n keeps on disk. The server reads PDFs once more than other files, which is no matter of the client. */
async function storedFiles(count: number): Promise<INodeExecutionData[]> {
  await useBinaryMode('filesystem');
  const items: INodeExecutionData[] = [];
  for (let n = 0; n < count; n++) items.push({ json: { n }, binary: { data: await binaryOf(fileOf(n), `scan-${n}.tiff`, 'image/tiff') } });
  return items;
}

const withNode = (server: BenchServer, items: INodeExecutionData[]) => async () => {
  await runBuilt(items, credentialFor(server, 'custom'), {
    resource: 'workflowRun',
    operation: 'batchRun',
    workflow: { __rl: true, mode: 'id', value: server.workflowId },
    fileSource: 'binary',
    options: { uploadsAtOnce: AT_ONCE },
  });
};

/** Posts one file from the disk with nothing but Node's own parts. */
async function post({ url, token }: BenchServer, file: string, agent: Agent): Promise<void> {
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="scan.tiff"\r\nContent-Type: image/tiff\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const headers = {
    authorization: `Bearer ${token}`,
    'x-extend-api-version': '2026-02-09',
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': head.length + statSync(file).size + tail.length,
  };
  const sent = request(`${url}/files/upload`, { method: 'POST', headers, agent });
  const answered = new Promise<number>((resolve, reject) => {
    sent.once('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode ?? 0))).once('error', reject);
  });
  sent.write(head);
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), sent, { end: false });
  sent.end(tail);
  const status = await answered;
  if (status !== 200) throw new Error(`upload answered ${status}`);
}

/** One run of a process that ends then: how much it grows while 200 files stream through it, in MB. */
export async function memoryOfUpload(): Promise<number> {
  using server = await startServer();
  const items = await storedFiles(MANY_FILES);
  await withNode(server, items.slice(0, 2 * AT_ONCE))();
  return await growth(withNode(server, items));
}

export async function uploadMemory(): Promise<Result[]> {
  const grown = await inFreshProcesses<number>('upload');
  const most = Math.max(...grown);
  return [result('upload-memory', most, MANY_FILES * FILE_MB, 'MB', `${MANY_FILES} × ${FILE_MB} MB in filesystem mode: growth of RSS, the largest of ${PAIRS} processes (median ${median(grown).toFixed(0)}); the peer is the size of the files`, atMost(most, 64, 'ours'))];
}

export async function uploadThroughput(): Promise<Result[]> {
  const count = 40;
  using server = await startServer();
  const items = await storedFiles(count);
  const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-extend-bench-'));
  try {
    const files = items.map((_, n) => join(folder, `scan-${n}.tiff`));
    files.forEach((file, n) => writeFileSync(file, fileOf(n)));
    const compare = async (name: string, detail: string, agentFor: () => Agent): Promise<Result> => {
      const loop = async () => void (await mapBounded(files, AT_ONCE, async (file) => await post(server, file, agentFor())));
      const samples = await pairs(withNode(server, items), loop, server.reset, UPLOAD_PAIRS);
      const speedOf = (wall: number) => (count * FILE_MB) / (wall / 1000);
      const [ours, peer] = [speedOf(medianWall(samples.ours)), speedOf(medianWall(samples.peer))];
      return result(name, ours, peer, 'MB/s', detail, atLeast(ours / peer, 0.9));
    };
    const loop = `${count} × ${FILE_MB} MB, ${AT_ONCE} at once; the peer streams the same files from the disk with Node's http`;
    return [
      await compare('upload-throughput', `${loop}, over connections that it keeps`, () => globalAgent),
      // n8n's helper has no other way.
      await compare('upload-throughput-fresh', `${loop}, over a new connection for each file, as every request of a node goes`, () => new Agent()),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
