import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox';

/** One sandbox for all tests of a file, with nothing in it when a test begins. */
export function useSandbox(take: (sandbox: Sandbox) => unknown, options: SandboxOptions = { runMs: 20 }): void {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(options);
    await take(sandbox);
  });
  afterAll(async () => await sandbox.close());
  beforeEach(() => sandbox.reset());
}
