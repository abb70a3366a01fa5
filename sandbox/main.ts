/** `npm run sandbox`: the local Extend API on its own, until Ctrl-C. Each flag can come from the environment, too. */
import { parseArgs } from 'node:util';
import { type Plan, startSandbox } from '.';

const FLAGS = {
  port: ['SANDBOX_PORT', '4010', 'port to listen on; 0 takes a free one'],
  token: ['SANDBOX_TOKEN', 'sk_sandbox_token', 'API token it accepts'],
  workspace: ['SANDBOX_WORKSPACE', '', 'workspace ID it asks for, as with an organization key'],
  plan: ['SANDBOX_PLAN', 'payg', 'rate limits: payg, scale, enterprise or unlimited'],
  'run-ms': ['SANDBOX_RUN_MS', '2000', 'how long a run is processed'],
  'runs-at-once': ['SANDBOX_RUNS_AT_ONCE', '50', 'runs processed at the same time'],
  'batch-ms': ['SANDBOX_BATCH_MS', '0', 'time the server takes for a batch request'],
  'list-delay-ms': ['SANDBOX_LIST_DELAY_MS', '0', 'time until new runs show up in lists'],
} as const;

type Flag = keyof typeof FLAGS;

const usage = (): string =>
  Object.entries(FLAGS)
    .map(([flag, [variable, fallback, meaning]]) => `  --${flag.padEnd(14)} ${meaning} (${variable}${fallback && `, default ${fallback}`})`)
    .join('\n');

/** The flags given, else the environment, else the defaults. */
function readFlags(): Record<Flag, string> & { help: boolean } {
  const strings = Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, { type: 'string' }])) as Record<Flag, { type: 'string' }>;
  const { values } = parseArgs({ options: { ...strings, help: { type: 'boolean', short: 'h' } } });
  const decided = (Object.keys(FLAGS) as Flag[]).map((flag) => [flag, values[flag] ?? process.env[FLAGS[flag][0]] ?? FLAGS[flag][1]]);
  return { ...(Object.fromEntries(decided) as Record<Flag, string>), help: values.help === true };
}

/** A whole number from a flag. */
function count(flags: Record<Flag, string>, flag: Flag): number {
  const value = Number(flags[flag]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${flag} needs a whole number, not "${flags[flag]}".`);
  return value;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    console.log(`A local Extend API for development and tests.\n\n${usage()}`);
    return;
  }
  if (!['payg', 'scale', 'enterprise', 'unlimited'].includes(flags.plan)) throw new Error(`There is no plan "${flags.plan}".`);
  const sandbox = await startSandbox({
    port: count(flags, 'port'),
    token: flags.token,
    requireWorkspaceId: flags.workspace || undefined,
    plan: flags.plan as Plan,
    runMs: count(flags, 'run-ms'),
    runsAtOnce: Math.max(1, count(flags, 'runs-at-once')),
    batchMs: count(flags, 'batch-ms'),
    listDelayMs: count(flags, 'list-delay-ms'),
  });
  console.log(
    ['Local Extend API', `  base URL  ${sandbox.url}`, `  token     ${sandbox.token}`, `  workflow  ${sandbox.workflowId}`, `  ledger    ${sandbox.url}/_sandbox/ledger`].join('\n'),
  );
  const stop = (): void => void sandbox.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

main().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? 'The port is busy; choose another one with --port.' : error.message);
  process.exit(1);
});
