/** IDs that are none: they are reported one by one, and lead nowhere else. */
import type { IDataObject } from 'n8n-workflow';
import { binaryOf, type EngineOptions, useBinaryMode } from '../../harness/engine';
import { onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox(async (started) => {
  sandbox = started;
  await useBinaryMode('filesystem');
}, { runMs: 10 });

const run = async (operation: string, parameters: IDataObject, input: EngineOptions['input'], resource = 'workflowRun') =>
  await onSandbox(() => sandbox)(resource, operation, parameters, input, continueOnFail);

const batchRun = async (input: EngineOptions['input'], parameters: IDataObject) =>
  await batchRunOn(() => sandbox, { ...FROM_TEXT, output: 'perInput' })(input, parameters, continueOnFail);

/** Runs in the order of their items. */
const runs = () => {
  const indexOf = ({ metadata }: { metadata: Record<string, unknown> }) => (metadata.n8n as { itemIndex: number }).itemIndex;
  return sandbox.ledger().runs.sort((a, b) => indexOf(a) - indexOf(b));
};

describe('IDs', () => {
  const NO_IDS = ['../files/file_1', '..', '.', '%2e%2e/%2e%2e', '..\\..', 'a/../../b', 'a?x=1#y', 'a\r\nX-Own: 1', 'a\0b', '//localhost/x', '__proto__', ' ', 'half \ud83d', 'x'.repeat(100_000)];

  it.each<[string, string, string]>([
    ['get', 'workflowRunId', '/workflow_runs/'],
    ['cancel', 'workflowRunId', '/workflow_runs/'],
    ['delete', 'workflowRunId', '/workflow_runs/'],
  ])('of %s that are none are reported one by one, and reach nothing else', async (operation, parameter, prefix) => {
    const { json, error } = await run(operation, { [parameter]: '={{ $json.id }}' }, NO_IDS.map((id) => ({ id })));
    expect(error).toBeUndefined();
    expect(json.map((item) => [typeof item.error, (item.details as IDataObject | undefined)?.itemIndex])).toEqual(NO_IDS.map((_, i) => ['string', i]));
    for (const { path, headers } of sandbox.ledger().requests) {
      expect(path.startsWith(prefix) && !path.slice(prefix.length).replace(/\/cancel$/, '').includes('/')).toBe(true);
      expect(headers['x-own']).toBeUndefined();
    }
  });

  it('of files and workflows that are none are reported one by one', async () => {
    const items = NO_IDS.map((id) => ({ id }));
    for (const [resource, parameters] of [['file', { fileId: '={{ $json.id }}' }], ['workflow', { workflow: { __rl: true, mode: 'id', value: '={{ $json.id }}' } }]] as const) {
      const { json, error } = await run('get', parameters, items, resource);
      expect(error).toBeUndefined();
      expect(json.map((item) => (item.details as IDataObject | undefined)?.itemIndex)).toEqual(NO_IDS.map((_, i) => i));
    }
    expect(sandbox.ledger().requests.filter(({ status }) => status >= 200 && status < 300)).toEqual([]);
  });

  it('of files inside a batch are named, and the others are submitted', async () => {
    const scan = { json: {}, binary: { data: await binaryOf(Buffer.from('%PDF-1.4'), 'scan.pdf') } };
    const [uploaded] = (await run('upload', { binaryPropertyName: 'data' }, [scan], 'file')).json;
    const items = ['../x', uploaded?.fileId, 'a\0b'].map((id) => ({ id: id as string }));
    const { json } = await batchRun(items, { fileSource: 'fileId', fileId: '={{ $json.id }}', options: { onInvalidItems: 'skip' } });
    const refused = json.filter(({ error }) => error !== undefined).map(({ details }) => details as IDataObject);
    expect(refused.map(({ itemIndex, status }) => [itemIndex, status ?? 'invalid']).sort()).toEqual([[0, 'rejected'], [2, 'invalid']]);
    expect(runs().map(({ input, metadata }) => [input, (metadata.n8n as IDataObject).itemIndex])).toEqual([[{ id: uploaded?.fileId }, 1]]);
  });
});
