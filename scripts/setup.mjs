/**
 * Prepares a fresh clone, before every npm script: development dependencies and the Node.js they run on.
 * Runs on whatever Node.js the machine has, with nothing installed. Says nothing when everything is there.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval, clearInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockFile = join(root, 'package-lock.json');
const installedList = join(root, 'node_modules/.package-lock.json');
const marker = join(root, 'node_modules/.setup');
const nodeBinary = join(root, 'node_modules/node/bin/node');
const MINIMUM_NODE = [20, 19];
/** A machine without network must learn it soon, and a registry that hiccups deserves another try. */
const NPM_FLAGS = ['--no-fund', '--no-audit', '--loglevel=error', '--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const NETWORK_FAILURE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR/;

/** Ends the program with one sentence. */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    fail(`Node.js ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
}

/** True when every package of the lock file is installed as it says; the work of npm by hand counts too. */
function isInstalled(lock) {
  if (!existsSync(installedList)) return false;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { version, optional, devOptional }]) => path === '' || optional || devOptional || installed[path]?.version === version,
  );
}

/** A line that shows that something happens: it turns on a terminal, and comes now and then elsewhere. */
function showProgress(what) {
  const begin = Date.now();
  const elapsed = () => `${Math.round((Date.now() - begin) / 1000)} s`;
  const live = process.stderr.isTTY;
  const clear = () => live && process.stderr.write('\r\x1b[K');
  let tick = 0;
  if (!live) console.error(`${what} ...`);
  const timer = setInterval(
    () => (live ? process.stderr.write(`\r\x1b[K${'|/-\\'[tick++ % 4]} ${what} (${elapsed()})`) : console.error(`${what}: ${elapsed()}`)),
    live ? 120 : 15_000,
  );
  return {
    done: () => (clearInterval(timer), clear(), console.error(`${what}: done in ${elapsed()}`)),
    failed: () => (clearInterval(timer), clear()),
  };
}

/** Runs npm in a process group of its own, which ends with this program whatever happens. */
function npm(args) {
  const posix = process.platform !== 'win32';
  const child = spawn('npm', [...args, ...NPM_FLAGS], {
    cwd: root,
    detached: posix,
    shell: !posix,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    try {
      if (posix) process.kill(-child.pid, 'SIGKILL');
      else child.kill();
    } catch {
      // It is over already.
    }
  };
  const interrupted = () => (end(), process.exit(130));
  process.once('exit', end).once('SIGINT', interrupted).once('SIGTERM', interrupted).once('SIGHUP', interrupted);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  return new Promise((resolve) => {
    const settle = (ok) => {
      process.off('exit', end).off('SIGINT', interrupted).off('SIGTERM', interrupted).off('SIGHUP', interrupted);
      resolve({ ok, output });
    };
    child.once('error', (error) => ((output += error.message), settle(false)));
    child.once('close', (code) => settle(code === 0));
  });
}

async function step(what, args) {
  const progress = showProgress(what);
  const { ok, output } = await npm(args);
  if (ok) return progress.done();
  progress.failed();
  if (/spawn npm/.test(output)) fail('npm is needed, but it cannot be found on the PATH.');
  if (NETWORK_FAILURE.test(output)) fail('The npm registry cannot be reached: check the network connection (and the proxy settings of npm), then try again.');
  fail(`${what} failed:\n${output.trim().split('\n').slice(-15).join('\n')}`);
}

checkNodeVersion();
const lock = readFileSync(lockFile, 'utf8');
const hash = createHash('sha256').update(lock).digest('hex');
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== hash) {
  if (!isInstalled(lock)) await step('Installing the development dependencies', ['ci', '--ignore-scripts']);
  writeFileSync(marker, hash);
}
if (!existsSync(nodeBinary)) await step('Installing Node.js 24 for this project', ['rebuild', 'node', '--ignore-scripts=false']);
