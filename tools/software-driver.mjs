// Where a software Vulkan driver (SwiftShader) lies: browsers bring one along. Plain JavaScript, since setup needs it
// before anything is installed.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const DRIVER = 'vk_swiftshader_icd.json';

/** Folders of browsers that puppeteer downloaded, newest first. */
function puppeteerFolders() {
  const cache = process.env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache', 'puppeteer');
  const chrome = join(cache, 'chrome');
  if (!existsSync(chrome)) return [];
  return readdirSync(chrome)
    .sort()
    .reverse()
    .flatMap((version) => readdirSync(join(chrome, version)).map((platform) => join(chrome, version, platform)));
}

/** Folders in which distributions put their browsers. */
const SYSTEM_FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** Path of the driver's description for the Vulkan loader, or undefined. */
export function findSoftwareDriver() {
  return [...SYSTEM_FOLDERS, ...puppeteerFolders()]
    .map((folder) => join(folder, DRIVER))
    .find((path) => existsSync(path));
}

/** Path of a browser that can run WebGPU on the software driver, or undefined. */
export function findBrowser() {
  const given = process.env.PUPPETEER_EXECUTABLE_PATH;
  if (given) return given;
  const names = [
    'chrome',
    'chrome.exe',
    join('Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'),
  ];
  const system = ['/usr/bin/chromium', '/usr/bin/google-chrome'].filter(
    (path) => existsSync(`${dirname(dirname(path))}/lib/chromium`) || path.endsWith('chrome'),
  );
  return [...system, ...puppeteerFolders().flatMap((folder) => names.map((name) => join(folder, name)))].find((path) =>
    existsSync(path),
  );
}
