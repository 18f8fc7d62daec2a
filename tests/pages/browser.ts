import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { createServer, type InlineConfig, type ViteDevServer } from 'vite';
import { findBrowser } from '../../tools/software-driver.mjs';

const SCREENSHOTS = fileURLToPath(new URL('../../out/screenshots/', import.meta.url));

/** WebGPU on the software driver that Chromium brings along. */
const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
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

export interface Site {
  readonly url: string;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/**
 * Serves the pages (those of `npm run dev` unless other settings are given) and opens a headless browser. A missing browser is a
 * failure.
 */
export async function openSite(flags: readonly string[] = FLAGS, settings: InlineConfig = {}): Promise<Site> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser was found; npm test installs one');
  const server: ViteDevServer = await createServer({
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1' },
    ...settings,
  });
  await server.listen();
  const browser = await puppeteer.launch({ executablePath, args: [...flags], protocolTimeout: 300_000 });
  return {
    url: server.resolvedUrls!.local[0]!,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** A page, and everything that its console or it itself complained of. */
export async function openPage({ browser, url }: Site, path = ''): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url + path);
  return { page, complaints };
}

/** Keeps a screenshot for looking at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}
