/** `npm run sandbox`: the local Extend API on its own, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { type SandboxOptions, startSandbox } from '.';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.SANDBOX_PORT ?? '4010' },
    plan: { type: 'string', default: process.env.SANDBOX_PLAN ?? 'payg' },
    'run-ms': { type: 'string', default: process.env.SANDBOX_RUN_MS ?? '2000' },
    'runs-at-once': { type: 'string', default: process.env.SANDBOX_RUNS_AT_ONCE ?? '50' },
  },
});

async function main(): Promise<void> {
  const sandbox = await startSandbox({
    port: Number(values.port),
    plan: values.plan as SandboxOptions['plan'],
    runMs: Number(values['run-ms']),
    runsAtOnce: Number(values['runs-at-once']),
  });
  console.log(`Sandbox of the Extend API\n  base URL: ${sandbox.url}\n  token:    ${sandbox.token}\n  workflow: ${sandbox.workflowId}\n  ledger:   ${sandbox.url}/_sandbox/ledger`);
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${values.port} is busy; choose another one with --port.` : error.message);
  process.exit(1);
});
