// Makes a checkout ready: dependencies, and where there is no GPU a software Vulkan driver and a browser. Plain
// JavaScript and Node's own modules only, since it runs before anything is installed. A second run only looks.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, findSoftwareDriver, mayHaveGpu, vulkanEnvironment } from './software-driver.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command in the checkout with its output shown; true if it went well. */
export function run(command, args, env = {}) {
  // npm and npx are scripts on Windows, which only a shell can start.
  const shell = process.platform === 'win32';
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell, env: { ...process.env, ...env } });
  return status === 0;
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function installDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old; install 20.19 or later`);
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const isFresh =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs;
  if (isFresh) return;
  console.log('setup: installing dependencies');
  // No package of ours needs its install script; puppeteer's would download a browser that may not be wanted.
  if (!run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])) fail('npm ci failed; is the network there?');
}

function isDebianRoot() {
  const release = '/etc/os-release';
  return process.getuid?.() === 0 && existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8'));
}

/** Chromium brings both the browser and the driver. */
function installBrowser() {
  if (isDebianRoot()) {
    console.log('setup: installing Chromium, which brings a software Vulkan driver');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    if (run('apt-get', ['update', '-qq'], env))
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'libvulkan1'], env);
  } else {
    console.log('setup: downloading a browser for puppeteer, which brings a software Vulkan driver');
    run('npx', ['puppeteer', 'browsers', 'install', 'chrome']);
  }
}

/**
 * Installs what is missing. `browser`: tests of pages need one even where there is a GPU. Gives what child processes must
 * have in their environment.
 */
export function setUp({ browser }) {
  installDependencies();
  const isReady = () => (mayHaveGpu() || findSoftwareDriver()) && (!browser || findBrowser());
  if (!isReady()) installBrowser();
  if (!isReady())
    fail(
      'no GPU, and no Chromium could be installed; install it yourself (Debian: apt install chromium libvulkan1) or set PUPPETEER_EXECUTABLE_PATH',
    );
  return vulkanEnvironment();
}

/** The commit of the checkout, or undefined outside of git. */
export function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}
