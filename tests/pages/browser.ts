import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer';
import { createServer, type InlineConfig, type Plugin, type ViteDevServer } from 'vite';
import { findBrowser, findFirefox, findLavapipe } from '../../tools/software-driver.mjs';

const SCREENSHOTS = fileURLToPath(new URL('../../out/screenshots/', import.meta.url));

/** WebGPU on the software driver that Chromium brings along. */
export const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // As in tools/node-gpu.ts: kernels with workgroup memory compile eight times as fast.
  '--disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP plain.test 127.0.0.1',
];

/** The same, with canvases of WebGPU: without these the device is lost when the first one is drawn to. */
export const CANVAS_FLAGS = [
  ...FLAGS,
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--ignore-gpu-blocklist',
];

/** Firefox with WebGPU on Mesa's software driver. */
const FIREFOX = {
  browser: 'firefox',
  extraPrefsFirefox: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true },
  env: { ...process.env, VK_ICD_FILENAMES: findLavapipe() },
} as const;

export interface Site {
  readonly url: string;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/**
 * Serves the pages (those of `npm run dev` unless other settings are given) and opens a headless browser: Chromium with these flags, or
 * Firefox on Mesa's software driver. A missing browser is a failure.
 */
export async function openSite(
  flags: readonly string[] | 'Firefox' = FLAGS,
  settings: InlineConfig = {},
): Promise<Site> {
  const executablePath = flags === 'Firefox' ? findFirefox() : findBrowser();
  if (executablePath === undefined) throw new Error('no browser was found; npm test installs one');
  const server: ViteDevServer = await createServer({
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', allowedHosts: ['plain.test'] },
    ...settings,
  });
  await server.listen();
  const browser = await puppeteer.launch({
    executablePath,
    protocolTimeout: 300_000,
    ...(flags === 'Firefox' ? FIREFOX : { args: [...flags] }),
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The same site by a name that browsers do not trust without https: its pages have no WebGPU, no WebCrypto, no caches. */
export const withoutHttps = (site: Site): Site => ({ ...site, url: site.url.replace('127.0.0.1', 'plain.test') });

/** Lets a site serve a file that lies nowhere. */
export const serveBytes = (path: string, bytes: Uint8Array): Plugin => ({
  name: `serve ${path}`,
  configureServer({ middlewares }) {
    middlewares.use(path, (_, response) => void response.end(Buffer.from(bytes)));
  },
});

/** A page, and everything that its console or it itself complained of; `first` is run in it before its own scripts. */
export async function openPage(
  { browser, url }: Pick<Site, 'browser' | 'url'>,
  path = '',
  first?: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  await page.setViewport(DESKTOP);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  if (first !== undefined) await page.evaluateOnNewDocument(first);
  await page.goto(url + path);
  return { page, complaints };
}

/** Keeps a screenshot for looking at. */
export async function screenshot(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage });
}

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const VIEWS = {
  'desktop-light': [DESKTOP, 'light'],
  'desktop-dark': [DESKTOP, 'dark'],
  'phone-light': [PHONE, 'light'],
  'phone-dark': [PHONE, 'dark'],
} as const;

/** Screenshots of the whole page at desktop and phone width, light and dark; a page wider than the window fails. */
export async function views(
  page: Page,
  name: string,
  which = Object.keys(VIEWS) as (keyof typeof VIEWS)[],
): Promise<void> {
  for (const view of which) {
    const [viewport, scheme] = VIEWS[view];
    await page.setViewport(viewport);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    // Charts draw again a frame after their place or colours changed.
    await page.evaluate('new Promise((done) => setTimeout(done, 200))');
    const width = await page.evaluate('document.documentElement.scrollWidth');
    if ((width as number) > viewport.width) throw new Error(`${name} is ${width as number} pixels wide on ${view}`);
    await screenshot(page, `${name}-${view}`, true);
  }
  await page.setViewport(DESKTOP);
}

export const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (found) => found.textContent);

/** Waits until an element's text matches; says the text where it does not. */
export async function waitForText(page: Page, selector: string, pattern: RegExp, timeout = 100_000): Promise<void> {
  await page
    .waitForFunction(
      (path, source, flags) => new RegExp(source, flags).test(document.querySelector(path)?.textContent ?? ''),
      { timeout },
      selector,
      pattern.source,
      pattern.flags,
    )
    .catch(async (cause: unknown) => {
      const problem = await page.$eval('#problem', (found) => found.textContent).catch(() => '');
      throw new Error(`${selector} says "${await textOf(page, selector)}", not ${pattern}; problem: "${problem}"`, {
        cause,
      });
    });
}

/** Chooses files as a person would. */
export async function chooseFile(page: Page, selector: string, ...paths: string[]): Promise<void> {
  const input = await page.$(selector);
  await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths);
}

/** Clicks what saves a file into a folder; the path of the file. */
export async function saveBy(page: Page, selector: string, folder: string): Promise<string> {
  const session = await page.createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder, eventsEnabled: true });
  const done = new Promise<void>((resolve) =>
    session.on('Browser.downloadProgress', ({ state }) => {
      if (state === 'completed') resolve();
    }),
  );
  await page.click(selector);
  await done;
  const said = await textOf(page, '#exported');
  return join(folder, /Saved as (.*)\.$/.exec(said)![1]!);
}
