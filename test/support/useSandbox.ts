import { useBinaryMode } from '../../harness/engine';
import { type Sandbox, startSandbox } from '../../sandbox';

/** One sandbox for all tests of a file, with nothing in it when a test begins; n8n keeps files on the disk. */
export function useSandbox(take: (sandbox: Sandbox) => void): void {
  let sandbox: Sandbox;
  beforeAll(async () => {
    await useBinaryMode('filesystem');
    sandbox = await startSandbox({ runMs: 20 });
    take(sandbox);
  });
  afterAll(async () => await sandbox.close());
  beforeEach(() => sandbox.reset());
}
