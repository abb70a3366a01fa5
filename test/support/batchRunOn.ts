import type { IDataObject } from 'n8n-workflow';
import type { EngineOptions, EngineRun } from '../../harness/engine';
import { byId, onSandbox } from '../../harness/onSandbox';
import type { Sandbox } from '../../sandbox';

export const FROM_URL = { fileSource: 'url', fileUrl: '={{ $json.url }}' };
export const FROM_TEXT = { fileSource: 'text', text: '={{ $json.text }}' };

/** Settings of Batch Run that report invalid items instead of stopping. */
export const skip = { options: { onInvalidItems: 'skip' } };

export const errorsOf = (json: IDataObject[]) => json.flatMap(({ error }) => (error === undefined ? [] : [error]));

export const continueOnFail = { node: { onError: 'continueRegularOutput' as const } };

/** Batch Run with the workflow of a sandbox that may be started later, and with parameters of a file's own. */
export const batchRunOn =
  (sandbox: () => Sandbox, own: IDataObject = {}) =>
  async (input: EngineOptions['input'], parameters: IDataObject = {}, more: Partial<EngineOptions> = {}): Promise<EngineRun> =>
    await onSandbox(sandbox)('workflowRun', 'batchRun', { workflow: byId(sandbox().workflowId), ...own, ...parameters }, input, more);
