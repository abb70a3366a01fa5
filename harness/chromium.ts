import { existsSync } from 'node:fs';
import { type Browser, chromium, selectors } from 'playwright-core';
import { run } from './processes';
import { withProgress } from './progress';
import { UserError } from './userError';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';
const PACKAGES = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];

/** Nothing but this machine is reached, whatever a page or the browser itself would like to load. */
const OFFLINE = ['--no-proxy-server', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  ...OFFLINE,
];

// n8n's editor names its parts by this attribute.
selectors.setTestIdAttribute('data-test-id');

/** Starts a Chromium that knows this machine only. On Debian, it is installed first when there is none. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: await ensureChromium(), args: FLAGS });
}

async function ensureChromium(): Promise<string> {
  const path = process.env.CHROMIUM ?? DEBIAN_CHROMIUM;
  if (existsSync(path)) return path;
  if (process.env.CHROMIUM || !existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new UserError(`There is no Chromium at ${path}. Install it, or name another one in the environment variable CHROMIUM.`);
  }
  await withProgress('Installing Chromium', install());
  return path;
}

async function install(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]]) {
    const { ok, output } = await run('apt-get', ['-q', ...args], { env });
    if (!ok) throw new UserError(`The installation of Chromium failed:\n${output.trim().split('\n').slice(-10).join('\n')}`);
  }
}
