import type { IDataObject } from 'n8n-workflow';
import type { Sandbox } from '../sandbox';
import { type EngineOptions, type EngineRun, runExtend } from './engine';

/** A credential that fits a sandbox. */
export const credentialOf = ({ url, token }: Sandbox, more: IDataObject = {}): IDataObject => ({
  apiToken: token,
  region: 'custom',
  baseUrl: url,
  plan: 'custom',
  requestsPerSecond: 1000,
  ...more,
});

/** Runs operations of the Extend node in n8n's engine, on a sandbox that may be started later. */
export const onSandbox =
  (sandbox: () => Sandbox) =>
  async (resource: string, operation: string, parameters: IDataObject, input: EngineOptions['input'] = [{}], more: Partial<EngineOptions> = {}): Promise<EngineRun> =>
    await runExtend({
      input,
      credential: credentialOf(sandbox()),
      parameters: { resource, operation, ...parameters },
      ...more,
    });

/** The value of a resource locator in the mode By ID. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** Lets time pass on the server. */
export const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
