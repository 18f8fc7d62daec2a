// Where a software Vulkan driver (SwiftShader) lies: browsers bring one along. Plain JavaScript, since setup needs it
// before anything is installed.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const DRIVER = 'vk_swiftshader_icd.json';

/** Folders in which distributions put their browsers. */
const SYSTEM_FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** Where a Vulkan loader lies, on Linux. */
const LOADERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
];

const list = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

/** Folders of browsers that puppeteer downloaded, newest first. */
function puppeteerFolders() {
  const cache = process.env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache', 'puppeteer');
  return list(join(cache, 'chrome')).sort().reverse().flatMap(list);
}

const firstThatExists = (paths) => paths.find((path) => existsSync(path));

/** Path of the driver's description for the Vulkan loader, or undefined. */
export function findSoftwareDriver() {
  const given = process.env.PUPPETEER_EXECUTABLE_PATH;
  const folders = [...(given ? [dirname(given)] : []), ...SYSTEM_FOLDERS, ...puppeteerFolders()];
  return firstThatExists(folders.map((folder) => join(folder, DRIVER)));
}

/** Path of the description of Mesa's software driver, or undefined; it has float16, which SwiftShader lacks, but Dawn refuses it. */
export const findLavapipe = () => list('/usr/share/vulkan/icd.d').find((path) => /\/lvp_icd[^/]*\.json$/.test(path));

/** Path of a browser with WebGPU, or undefined. */
export function findBrowser() {
  const names = ['chrome', 'chrome.exe', 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'];
  const downloaded = puppeteerFolders().flatMap((folder) => names.map((name) => join(folder, name)));
  return (
    process.env.PUPPETEER_EXECUTABLE_PATH ??
    firstThatExists(['/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', ...downloaded])
  );
}

/** Path of a Firefox, or undefined. */
export const findFirefox = () => firstThatExists(['/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox']);

/** False only where there is no GPU for certain: on Linux without a device file. */
export const mayHaveGpu = () =>
  process.platform !== 'linux' || firstThatExists(['/dev/dri', '/dev/nvidiactl', '/dev/dxg']) !== undefined;

const findLoader = () => firstThatExists(LOADERS.map((folder) => join(folder, 'libvulkan.so.1')));

/** False only where Vulkan has no driver or no loader for certain, of which Dawn would complain in words of its own. */
export function hasVulkan() {
  if (process.platform !== 'linux' || findSoftwareDriver()) return true;
  const given = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  const installed = mayHaveGpu() ? ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].flatMap(list) : [];
  const drivers = given ? [given] : installed;
  return drivers.length > 0 && (findLoader() ?? process.env.LD_LIBRARY_PATH) !== undefined;
}

/** What a process that opens the software driver must have in its environment: the loader beside it, where there is no other. */
export function vulkanEnvironment() {
  const driver = findSoftwareDriver();
  const hasLoader = process.platform !== 'linux' || findLoader();
  if (hasLoader || !driver || process.env.LD_LIBRARY_PATH?.includes(dirname(driver))) return {};
  return { LD_LIBRARY_PATH: [dirname(driver), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') };
}
