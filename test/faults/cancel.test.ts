/** Cancel, once per run, under every fault: a run is cancelled and the node says so, or it goes on and is reported. */
import { runExtend } from '../../harness/engine';
import { credentialOf } from '../../harness/onSandbox';
import { SAFE, timeoutFor, withSandbox } from './support/batchRun';
import { FAULT_NAMES, type FaultName, leavesOf, ruleOf } from './support/faultKinds';
import { record, type Tally } from './support/tally';

const RUNS = 6;

/** Cancels runs of which the first two requests are hit; counts a cancelled run as submitted. */
async function cancelUnder(fault: FaultName): Promise<Tally> {
  const rules = [1, 2].map((nth) => ruleOf('cancel', fault, { nth }));
  return await withSandbox({ runMs: 60_000 }, async (sandbox) => {
    const credential = credentialOf(sandbox);
    const workflow = { __rl: true, mode: 'id', value: sandbox.workflowId };
    const texts = Array.from({ length: RUNS }, (_, n) => ({ text: `Invoice ${n}` }));
    await runExtend({ input: texts, credential, parameters: { resource: 'workflowRun', operation: 'batchRun', workflow, fileSource: 'text', text: '={{ $json.text }}' } });
    for (const rule of rules) sandbox.fault(rule);
    const ids = sandbox.ledger().runs.map(({ id }) => id);
    const { items } = await runExtend({
      input: ids.map((id) => ({ id })),
      credential,
      node: { onError: 'continueRegularOutput' },
      ...timeoutFor(rules),
      parameters: { resource: 'workflowRun', operation: 'cancel', workflowRunId: '={{ $json.id }}' },
    });
    const status = new Map(sandbox.ledger().runs.map((run) => [run.id, run.status]));
    const tally: Tally = { inputs: RUNS, submitted: 0, rejected: 0, unknown: 0, lost: 0, doubled: 0 };
    for (const [i, id] of ids.entries()) {
      const [item, ...more] = items.filter(({ pairedItem }) => (pairedItem as { item: number }).item === i);
      const cancelled = /^CANCELL/.test(status.get(id) ?? '');
      const said = /^CANCELL/.test(String(item?.json.status));
      const reported = typeof item?.json.error === 'string';
      if (more.length === 0 && cancelled && said) tally.submitted++;
      else if (more.length === 0 && !cancelled && reported) tally.rejected++;
      else tally.lost++;
    }
    record('cancel', tally);
    return tally;
  });
}

it.concurrent.each(FAULT_NAMES)('%s', async (fault) => {
  const refused = leavesOf(fault) === 'tooLarge' ? 2 : 0;
  expect(await cancelUnder(fault)).toMatchObject({ ...SAFE, submitted: RUNS - refused, rejected: refused });
});
