/** What bounds inputs, lists and payloads. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runExtend } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';
import { MAX_PAYLOAD_BYTES } from '../../nodes/ExtendTrigger/payload';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, FROM_URL } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const batchRun = batchRunOn(() => sandbox, FROM_URL);
const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });
const requests = () => sandbox.ledger().requests;

it('Maximum Inputs guards against costs', async () => {
  const { error } = await batchRun([good(), good(1), good(2)], { options: { maximumInputs: 2 } });
  expect(error?.message).toBe('3 inputs, but Maximum Inputs is 2');
  expect(requests()).toHaveLength(0);
  expect((await batchRun([good(), good(1)], { options: { maximumInputs: 2 } })).error).toBeUndefined();
});

describe('a list without end', () => {
  it.each([
    ['the same page token for ever', { data: [], nextPageToken: 'again' }],
    ['a page token of a megabyte', { data: [], nextPageToken: 'x'.repeat(1_000_000) }],
    ['no list at all', { object: 'list' }],
  ])('%s: ends in a clear error', async (_, body) => {
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', times: 1000, fault: { kind: 'status', status: 200, body } });
    const { error } = await runExtend({ input: [{}], credential: credentialOf(sandbox), parameters: { resource: 'workflowRun', operation: 'getBatchResults', batchId: 'batch_1' } });
    expect(error?.message).toBe("Extend's answer could not be read");
    expect(requests().length).toBeLessThanOrEqual(2);
  });
});

it('an event whose payload is too large is downloaded once, and not asked for in another way', async () => {
  let downloads = 0;
  const storage = createServer((_, response) => {
    downloads++;
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let left = MAX_PAYLOAD_BYTES / chunk.length + 2;
    const send = () => {
      while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', send);
      response.end();
    };
    send();
  });
  await new Promise<void>((resolve) => void storage.listen(0, '127.0.0.1', resolve));
  const { port } = storage.address() as AddressInfo;
  const event = { eventId: 'event_1', eventType: 'workflow_run.completed', payload: { object: 'signed_data_url', id: 'workflow_run_1', data: `http://127.0.0.1:${port}/` }, receivedAt: new Date().toISOString() };
  const { error } = await runExtend({ type: 'n8n-nodes-extend.extendTrigger', mode: 'manual', parameters: { workflowSelection: 'all' }, credential: credentialOf(sandbox), input: [event] });
  storage.closeAllConnections();
  storage.close();
  expect(error).toMatchObject({ message: 'The payload of event event_1 could not be fetched', description: expect.stringContaining('larger than 100 MB') });
  expect(downloads).toBe(1);
  expect(sandbox.ledger().requests).toEqual([]);
});
