/** Answers that are lost: nothing is sent twice, and what is known of the batch is said. */
import type { IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT, FROM_URL } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const batchRun = batchRunOn(() => sandbox, FROM_URL);
const batchRunOfTexts = batchRunOn(() => sandbox, FROM_TEXT);
const good = (n = 0) => ({ url: `https://example.com/${n}.pdf` });

describe('a lost answer', () => {
  it('name the batches that were accepted, so that a re-run does not pay twice', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', nth: 2, fault: { kind: 'status', status: 500, body: { code: 'INTERNAL_ERROR', message: 'oops', retryable: true } } });
    const { error } = await batchRun([good(), good(1)], { options: { inputsPerBatch: 1, lookForLostSeconds: 0 } });
    const [accepted] = sandbox.ledger().batches;
    expect(error?.message).toBe('It is unknown whether Extend took this batch');
    expect(error?.description).toContain(accepted?.batchId);
    expect(error?.description).toContain('would submit them twice');
    expect(sandbox.ledger().runs.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a reset after it was taken', { kind: 'reset', when: 'after' }, 1],
    ['a reset before', { kind: 'reset', when: 'before' }, 0],
    ['a truncated answer', { kind: 'truncated' }, 1],
    ['a gateway error page', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }, 0],
  ] as const)('a batch is never sent twice after %s', async (_, fault, runs) => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault });
    const { json } = await batchRun([good()], { options: { addCorrelationMetadata: false } }, continueOnFail);
    expect(json).toMatchObject([{ details: { status: 'unknown', submissionKey: expect.any(String) } }]);
    expect(JSON.stringify(json)).not.toContain('<html>');
    expect(sandbox.ledger().runs).toHaveLength(runs);
  });

  it('a batch whose answer was lost is found again by its submission key', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'after' } });
    const { json, error } = await batchRun([good(), good(1)]);
    expect(error).toBeUndefined();
    expect(json).toMatchObject([{ inputCount: 2, batchId: sandbox.ledger().batches[0]?.batchId }]);
    expect(sandbox.ledger().runs).toHaveLength(2);
  });
});

describe('what is said of a batch whose answer was lost', () => {
  it.each<[string, IDataObject, RegExp]>([
    ['correlation is off', { options: { addCorrelationMetadata: false } }, /Add Correlation Metadata is off.*Turn the option on/],
    ['the metadata has its own entry', { metadataMode: 'json', metadataJson: '{"n8n": "mine"}' }, /an entry "n8n" of its own.*Rename that entry/],
    ['it is not there', { options: { lookForLostSeconds: 0 } }, /No run of it has shown up.*submission key [0-9a-f-]{36}/],
  ])('when %s', async (_, parameters, advice) => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'before' } });
    const { error } = await batchRunOfTexts([{ text: 'x' }], parameters);
    expect(error?.message).toBe('It is unknown whether Extend took this batch');
    expect(error?.description).toMatch(advice);
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'before' } });
    const { json } = await batchRunOfTexts([{ text: 'x' }], parameters, continueOnFail);
    expect(json).toMatchObject([{ details: { status: 'unknown', advice: expect.stringMatching(advice) } }]);
  });

  it('when the list of runs cannot be read', async () => {
    sandbox.fault({ method: 'POST', path: '^/workflow_runs/batch$', fault: { kind: 'reset', when: 'after' } });
    sandbox.fault({ method: 'GET', path: '^/workflow_runs$', fault: { kind: 'status', status: 403, body: { code: 'FORBIDDEN', message: 'no', retryable: false } } });
    const { error } = await batchRunOfTexts([{ text: 'x' }]);
    expect(error?.description).toContain("Extend's list of runs could not be read");
  });
});
