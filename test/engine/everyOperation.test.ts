/** What holds for every operation alike: items stay paired, errors name their item, the token stays secret. */
import { useBinaryMode } from '../../harness/engine';
import { onSandbox } from '../../harness/onSandbox';
import { type OperationCall, operationCalls } from '../../harness/operationCalls';
import type { Sandbox } from '../../sandbox';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));
beforeAll(async () => await useBinaryMode('filesystem'));

const WRONG = 'sk_wrong_and_easy_to_find_4711';

const run = async ({ resource, operation, prepare, parameters, input }: OperationCall, more = {}) => {
  const account = await prepare(sandbox);
  const items = await input(account);
  return { ...(await onSandbox(() => sandbox)(resource, operation, parameters(account), items, more)), count: items.length };
};

const wrongToken = () => ({ credential: { apiToken: WRONG, region: 'custom', baseUrl: sandbox.url, plan: 'custom', requestsPerSecond: 1000 } });

describe.each(operationCalls)('$resource: $operation', (call) => {
  it('pairs every output item with the input items it comes from', async () => {
    const { items, count } = await run(call);
    const pairs = items.map(({ pairedItem }) => [pairedItem].flat().map((pair) => (pair as { item: number }).item));
    expect(pairs.length).toBeGreaterThan(0);
    for (const own of pairs) {
      expect(own.length).toBeGreaterThan(0);
      for (const item of own) expect(item).toBeLessThan(count);
    }
  });

  it('ends with an error that names the item and says what to do, and keeps the token to itself', async () => {
    const { error, run: whole } = await run(call, wrongToken());
    expect(error).toMatchObject({ message: 'Extend did not accept the API token', description: expect.stringMatching(/Check the token .* Request ID: req_/) });
    expect(JSON.stringify(whole)).not.toContain(WRONG);
  });

  it('gives an error item for each input item with Continue On Fail', async () => {
    const { json, items, count } = await run(call, { ...wrongToken(), node: { onError: 'continueRegularOutput' } });
    const lists = call.operation === 'getAll';
    expect(json).toHaveLength(lists ? 1 : count);
    for (const [i, item] of json.entries()) {
      expect(item).toMatchObject({ error: 'Extend did not accept the API token', message: expect.stringContaining('Request ID'), details: { itemIndex: i, statusCode: 401 } });
    }
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual(json.map((_, item) => ({ item })));
  });
});
