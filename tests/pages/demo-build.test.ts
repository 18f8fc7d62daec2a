import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../tools/software-driver.mjs';
import { tinyModelFile } from '../engine/tiny-model';
import { CANVAS_FLAGS } from './browser';
import { says } from './demo-page';

const root = fileURLToPath(new URL('../../', import.meta.url));
const configFile = `${root}vite.config.ts`;
const outDir = `${root}out/pages-test`;

let server: PreviewServer;
let browser: Browser;
beforeAll(async () => {
  await build({ configFile, mode: 'pages', logLevel: 'error', build: { outDir, emptyOutDir: true } });
  writeFileSync(`${outDir}/tiny.safetensors`, await tinyModelFile());
  server = await preview({ configFile, mode: 'pages', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  browser = await puppeteer.launch({ executablePath: findBrowser()!, args: CANVAS_FLAGS, protocolTimeout: 300_000 });
});
afterAll(async () => {
  await browser.close();
  if (server.httpServer.listening) await server.close();
});

test('the built demo shows a face, asks no other host, and opens again when its server is gone', async () => {
  const asked = new Set<string>();
  const complaints: string[] = [];
  const address = `${server.resolvedUrls!.local[0]!}demo/index.html?model=../tiny.safetensors&size=64`;
  const visit = async (): Promise<Page> => {
    const page = await browser.newPage();
    page.on('request', (request) => asked.add(new URL(request.url()).host));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(address);
    await says(page, '#engine-status', 'Showing Ada');
    await says(page, '#rate', 'frames a second');
    return page;
  };
  const first = await visit();
  await says(first, '#stats', 'downloaded, kept for next time');
  await first.waitForFunction('caches.match("index.html").then(Boolean)');
  await first.close();

  await server.close();
  const page = await visit();
  await says(page, '#stats', 'from the cache');
  await page.click('#people button:nth-child(2)');
  await says(page, '#engine-status', 'Showing Bela');
  await page.select('#clip-format', 'webm');
  await page.click('#clip');
  await says(page, '#record-status', 'Recording.');
  await page.waitForFunction(() => new Promise((resolve) => setTimeout(resolve, 500, true)));
  await page.click('#clip');
  await says(page, '#record-status', 'The clip is below.');
  expect([...asked].filter((host) => host !== '' && !host.startsWith('127.0.0.1'))).toEqual([]);
  expect(complaints).toEqual([]);
});

test('first paint waits for no script that is not needed, and no script is huge', () => {
  const html = readFileSync(`${outDir}/demo/index.html`, 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => `${outDir}/demo/${path!}`);
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce((sum, path) => sum + readFileSync(path).length, 0);
  // The code that writes clips alone is half a megabyte.
  expect(bytes).toBeLessThan(200_000);
});
