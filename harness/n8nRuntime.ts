import { join } from 'node:path';
import { ensureCached } from './cache';
import { UserError } from './userError';

/**
 * The n8n that the demo and the end-to-end tests run on, unless N8N_VERSION asks for another. 2.41.3 needs a package
 * that was never published.
 */
export const N8N_VERSION = '2.41.1';

const OVERRIDES = {
  // A client of a message queue whose native build fails on most machines, and that nothing here uses.
  '@confluentinc/kafka-javascript': 'npm:empty-npm-package@1.0.0',
  // Older versions of n8n take it from a server other than npm's; newer ones take this copy.
  xlsx: 'npm:@e965/xlsx@0.20.3',
};

/** An n8n server that is installed on this machine. */
export interface N8nRuntime {
  version: string;
  folder: string;
  /** The program to run with Node.js. */
  bin: string;
}

/** Gives the n8n server of a version; installs it first (some minutes) when this machine has none. */
export async function ensureN8n(version = process.env.N8N_VERSION || N8N_VERSION): Promise<N8nRuntime> {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new UserError(`N8N_VERSION must be like ${N8N_VERSION}, not "${version}".`);
  const folder = await ensureCached({ name: 'n8n', version, overrides: OVERRIDES, nativePackages: ['sqlite3', 'isolated-vm'] });
  return { version, folder, bin: join(folder, 'node_modules/n8n/bin/n8n') };
}
