import { type SandboxOptions, startSandbox } from '../sandbox';

void startSandbox(JSON.parse(process.argv[2] ?? '{}') as SandboxOptions).then(({ url, token, workflowId }) => {
  process.send?.({ url, token, workflowId });
});
process.on('disconnect', () => process.exit(0));
