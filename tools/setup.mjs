// Makes a checkout ready: dependencies, and where there is no GPU a software Vulkan driver and a browser. Plain
// JavaScript and Node's own modules only, since it runs before anything is installed. A second run only looks.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findBrowser,
  findFirefox,
  findLavapipe,
  findSoftwareDriver,
  mayHaveGpu,
  vulkanEnvironment,
} from './software-driver.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program in the checkout with its output shown; true if it went well. */
export function run(program, args, env = {}) {
  return spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}

/** The script of a tool in node_modules, for Node itself: npx takes half a second, and on Windows only a shell can start it. */
function scriptOf(name) {
  const folder = join(ROOT, 'node_modules', name === 'tsc' ? 'typescript' : name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

/** Runs a tool out of node_modules; true if it went well. */
export const runTool = (name, args, env = {}) => run(process.execPath, [scriptOf(name), ...args], env);

/** The same beside what else is done; a promise of whether it went well. */
export function startTool(name, args) {
  const child = spawn(process.execPath, [scriptOf(name), ...args], { cwd: ROOT, stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (status) => resolve(status === 0)));
}

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  // What Vite runs on.
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23) return;
  fail(`Node ${process.versions.node} will not do; install 20.19 or later of 20, or 22.12 or later`);
}

function installDependencies() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const isFresh =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs;
  if (isFresh) return;
  console.log('setup: installing dependencies');
  // No package of ours needs its install script; puppeteer's would download a browser that may not be wanted.
  // A shell, because npm is a script on Windows.
  const command = 'npm ci --include=dev --ignore-scripts --no-audit --no-fund';
  const { status } = spawnSync(command, { cwd: ROOT, stdio: 'inherit', shell: true });
  if (status !== 0) fail('npm ci failed (see above); is the network there?');
}

/** Whether Dawn gets an adapter without our help. A device file alone says little: servers have one for their console. */
function opensHardware() {
  if (!mayHaveGpu()) return false;
  if (process.platform !== 'linux') return true;
  const probe = "const { create } = await import('webgpu'); process.exit((await create([]).requestAdapter()) ? 0 : 1);";
  const args = ['--input-type=module', '--eval', probe];
  const env = { ...process.env, ...vulkanEnvironment() };
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'ignore', env }).status === 0;
}

const apt = (...args) => run('apt-get', args, { DEBIAN_FRONTEND: 'noninteractive' });

let canInstall;

/** Whether this system's packages can be installed; fetches their lists, once. */
const hasPackages = () =>
  (canInstall ??= process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && apt('update', '-qq'));

/** Ubuntu's packages of browsers are only pointers to snaps. */
const isDebian = () => existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

const install = (...packages) => apt('install', '-y', '-qq', '--no-install-recommends', ...packages);

/** Chromium brings both the browser and the driver. */
function installChromium(isReady) {
  const mayInstall = hasPackages();
  if (mayInstall && isDebian()) {
    console.log('setup: installing Chromium, which brings a software Vulkan driver');
    install('chromium', 'libvulkan1', 'mesa-vulkan-drivers');
    if (isReady()) return;
  }
  console.log('setup: downloading a browser for puppeteer, which brings a software Vulkan driver');
  // The libraries a browser wants are there on a desktop, not in a bare container.
  runTool('puppeteer', ['browsers', 'install', 'chrome', ...(mayInstall ? ['--install-deps'] : [])]);
}

/** Firefox, on Mesa's software driver. Without them its tests are left out. */
function installFirefox() {
  if (!isDebian() || !hasPackages()) return;
  console.log('setup: installing Firefox and a software Vulkan driver for it');
  install('firefox-esr', 'mesa-vulkan-drivers');
}

/**
 * Installs what is missing. `browser`: tests of pages need one even where there is a GPU. Gives what child processes must
 * have in their environment.
 */
export function setUp({ browser }) {
  checkNode();
  installDependencies();
  const missing = () => {
    if (browser && !findBrowser()) return 'no browser was found';
    if (!findSoftwareDriver() && !opensHardware()) return 'no GPU and no software Vulkan driver was found';
    return undefined;
  };
  if (missing()) installChromium(() => !missing());
  if (browser && !(findFirefox() && findLavapipe())) installFirefox();
  const what = missing();
  if (what) {
    fail(
      `${what}, and none could be installed; install Chromium (Debian: apt install chromium libvulkan1; elsewhere: npx puppeteer browsers install chrome)`,
    );
  }
  return vulkanEnvironment();
}
