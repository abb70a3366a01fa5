import { mapBounded } from '../extend/concurrency';
import { atLeast, atMost, type Goal, median, medianWall, PAIRS, pairs, type Result, result, time } from './measure';
import { type BenchServer, startServer } from './server';
import { credentialFor, rows, runBuilt, sdkFor, withSdk } from './work';

const LIMIT = 25;
const PACED_RUNS = 200;
const READS_AT_ONCE = 10;

/** A batch with that many runs, all of them done. */
async function batchOf(server: BenchServer, runs: number): Promise<string> {
  await withSdk(server, rows(runs))();
  const [batch] = await server.book('batches');
  return batch?.batchId ?? '';
}

/** Reads all results of a batch with the node. */
const withNode = (server: BenchServer, batchId: string, runs: number, plan: string) => async () => {
  const parameters = { resource: 'workflowRun', operation: 'getBatchResults', batchId: '={{ $json.batchId }}' };
  const { json } = await runBuilt([{ batchId }], credentialFor(server, plan), parameters);
  if (json.length !== runs) throw new Error(`${json.length} of ${runs} results`);
};

/** Reads all results with the SDK, as many at once as the node; what is refused too often is asked for again. */
const withSdkReads = (server: BenchServer, batchId: string) => async () => {
  const client = sdkFor(server);
  const { data } = await client.workflowRuns.list({ batchId, maxPageSize: 1000 });
  await mapBounded(data, READS_AT_ONCE, async ({ id }) => {
    while (!(await client.workflowRuns.retrieve(id).catch(() => undefined)));
  });
};

/** A batch is read as fast as the plan allows, and hardly ever faster. */
export async function collectPacing(): Promise<Result[]> {
  using server = await startServer({ plan: 'scale', runMs: 1 });
  const batchId = await batchOf(server, PACED_RUNS);
  const [ours, peer] = [withNode(server, batchId, PACED_RUNS, 'scale'), withSdkReads(server, batchId)];
  const seen = { ours: { rate: [] as number[], refused: 0, requests: 0 }, peer: { rate: [] as number[], refused: 0, requests: 0 } };
  for (let i = 0; i < PAIRS; i++) {
    for (const [read, books] of [[ours, seen.ours], [peer, seen.peer]] as const) {
      // Nothing of the last one may count against the limit of the next.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const [refused, requests] = [await server.book('rateLimited'), (await server.book('requests')).length];
      const { wall } = await time(read);
      books.rate.push((PACED_RUNS + 1) / (wall / 1000));
      books.refused += (await server.book('rateLimited')) - refused;
      books.requests += (await server.book('requests')).length - requests;
    }
  }
  const shareOf = ({ refused, requests }: typeof seen.ours) => (refused / requests) * 100;
  const rate = median(seen.ours.rate);
  const [refused, peerRefused] = [shareOf(seen.ours), shareOf(seen.peer)];
  const both = (...goals: Goal[]): Goal => ({ text: goals.map(({ text }) => text).join(', '), met: goals.every(({ met }) => met) });
  return [
    result('collect-pacing', rate, LIMIT, 'requests/s', `${PACED_RUNS} runs read under the limit of the Scale plan, which is the peer; ${refused.toFixed(1)} % of the answers were 429. The SDK, ${READS_AT_ONCE} reads at once: ${median(seen.peer.rate).toFixed(1)} requests/s, ${peerRefused.toFixed(1)} % 429`, both(atLeast(rate / LIMIT, 0.95), atMost(refused, 1, '% 429'))),
  ];
}

/** Requests and time to read a batch of 1,000 without a limit. */
export async function collectThousand(): Promise<Result[]> {
  using server = await startServer({ runMs: 1 });
  const batchId = await batchOf(server, 1000);
  const counts: Array<{ lists: number; gets: number }> = [];
  const read = withNode(server, batchId, 1000, 'custom');
  const counted = async () => {
    const before = (await server.book('requests')).length;
    await read();
    const made = (await server.book('requests')).slice(before);
    counts.push({ lists: made.filter(({ path }) => path === '/workflow_runs').length, gets: made.filter(({ path }) => path.startsWith('/workflow_runs/')).length });
  };
  await counted();
  const samples = await pairs(read, withSdkReads(server, batchId));
  const [{ lists, gets }] = counts as [{ lists: number; gets: number }];
  return [
    result('collect-1000', lists + gets, 1001, 'requests', `${lists} list and ${gets} get for 1,000 runs; the peer is the least that it takes`, { text: 'lists ≤ 2, gets = 1000', met: lists <= 2 && gets === 1000 }),
    result('collect-1000-time', medianWall(samples.ours), medianWall(samples.peer), 'ms', `${READS_AT_ONCE} reads at once, no limit; the peer is the SDK, which keeps its connections`),
  ];
}
