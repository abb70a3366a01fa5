/** Metadata of odd names and characters. */
import type { IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../../sandbox';
import { batchRunOn, continueOnFail, FROM_TEXT } from '../support/batchRunOn';
import { useSandbox } from '../support/useSandbox';

let sandbox: Sandbox;

useSandbox((started) => (sandbox = started));

const batchRun = batchRunOn(() => sandbox, FROM_TEXT);
const requests = () => sandbox.ledger().requests;

describe('metadata', () => {
  it('with the names of a prototype are data like any other, and change nothing', async () => {
    const metadataJson = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}, "toString": "x"}';
    await batchRun([{ text: 'x' }], { metadataMode: 'json', metadataJson }, continueOnFail);
    const fields = { values: [{ name: 'constructor', value: 'c' }, { name: 'hasOwnProperty', value: 'h' }] };
    const { error } = await batchRun([{ text: 'x' }], { metadataMode: 'fields', metadataFields: fields });
    expect(error).toBeUndefined();
    expect(sandbox.ledger().runs.at(-1)?.metadata).toMatchObject({ constructor: 'c', hasOwnProperty: 'h' });
    expect(({} as IDataObject).polluted).toBeUndefined();
  });

  it('with half a character is refused by name before anything is sent', async () => {
    const { error } = await batchRun([{ text: 'x' }, { text: 'x', cut: '😀'.slice(0, 1) }], {
      metadataMode: 'fields',
      metadataFields: { values: [{ name: 'note', value: '={{ $json.cut }}' }] },
    });
    expect(error?.message).toBe('Metadata has half a character (a lone surrogate) in it [item 1]');
    expect(error?.description).toContain('Given: "note"');
    expect(requests()).toEqual([]);
  });
});
