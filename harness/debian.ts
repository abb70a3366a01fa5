import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './processes';
import { withProgress } from './progress';
import { UserError } from './userError';

/** Asked by every package that would start a service of the system after its installation; 101 says no. */
const POLICY = '/usr/sbin/policy-rc.d';

const isOnPath = (program: string): boolean =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((folder) => existsSync(join(folder, program)));

/** Installs a Debian package unless what it brings is there already. No service of the system is started by that. */
export async function ensurePackage(name: string, isInstalled: () => boolean = () => isOnPath(name)): Promise<void> {
  if (isInstalled()) return;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new UserError(`${name} is needed and not installed: install it with the package manager of this machine.`);
  }
  await withProgress(`Installing ${name}`, withoutServices(() => install(name)));
  if (!isInstalled()) throw new UserError(`${name} was installed, but cannot be found.`);
}

async function install(name: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update', '-q'], ['install', '-q', '-y', '--no-install-recommends', name]]) {
    const { ok, output } = await run('apt-get', args, { env });
    if (!ok) throw new UserError(`${name} cannot be installed:\n${output.trim().split('\n').slice(-10).join('\n')}`);
  }
}

async function withoutServices<T>(work: () => Promise<T>): Promise<T> {
  if (existsSync(POLICY)) return await work();
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    await rm(POLICY);
  }
}
