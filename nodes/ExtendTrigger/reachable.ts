import { type IHookFunctions, NodeOperationError } from 'n8n-workflow';
import type { ExtendClient } from '../../transport/client';

/** The URL n8n listens at: of the test while testing, else of production. */
export const urlOf = (context: IHookFunctions): string => context.getNodeWebhookUrl('default') ?? '';

/**
 * Why Extend cannot post to this n8n, if it cannot. Extend posts from the internet; a local API (a private
 * deployment, a test server) may reach local addresses.
 */
export function unreachable(context: IHookFunctions, client: ExtendClient): 'a local address' | 'not an https address' | undefined {
  const { protocol, hostname } = new URL(urlOf(context));
  if (client.isCustomDeployment) return undefined;
  const local = /^(localhost$|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(hostname);
  return local ? 'a local address' : protocol === 'https:' ? undefined : 'not an https address';
}

/** @throws NodeOperationError that says how to become reachable */
export function refuseUnreachable(context: IHookFunctions, client: ExtendClient): void {
  const problem = unreachable(context, client);
  if (!problem) return;
  throw new NodeOperationError(context.getNode(), 'Extend cannot reach this n8n', {
    description: `Events would be posted to ${urlOf(context)}, which is ${problem}. Set the environment variable WEBHOOK_URL of n8n to its public https address, then try again.`,
  });
}
