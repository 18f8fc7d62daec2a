import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser } from 'puppeteer';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../tools/software-driver.mjs';
import { someFace, somePicture } from '../engine/faces';
import { tinyModelFile } from '../engine/tiny-model';
import { CANVAS_FLAGS } from './browser';

const root = fileURLToPath(new URL('../../', import.meta.url));
const site = `${root}out/csp/`;
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };

/** A page as it might stand anywhere: the built library, no bundler, and a policy that allows scripts of the site alone. */
const PAGE = `
import { createInWorker } from './worker.js';
const { size, face, data } = await (await fetch('./input.json')).json();
const rho = await createInWorker({ weights: './model.safetensors', size });
const source = await rho.setSource({ width: size, height: size, data: new Uint8Array(data) }, face);
const frame = await rho.reenact(source, face);
const canvas = document.querySelector('canvas');
const outcome = await rho.reenact(source, face, canvas);
const { cache } = rho.stats;
rho.dispose();
document.title = [frame.width, outcome, cache].join(' ');
`;

let server: Server;
let browser: Browser;
beforeAll(async () => {
  await build({ root, logLevel: 'error', build: { outDir: site, emptyOutDir: true, sourcemap: false } });
  writeFileSync(
    `${site}index.html`,
    '<!doctype html><canvas width="64" height="64"></canvas><script type="module" src="page.js"></script>',
  );
  writeFileSync(`${site}page.js`, PAGE);
  writeFileSync(`${site}model.safetensors`, await tinyModelFile());
  const face = { landmarks: [...Array.from(someFace('a').landmarks)], headPose: someFace('a').headPose };
  writeFileSync(`${site}input.json`, JSON.stringify({ size: 64, face, data: [...somePicture('csp', 64).data] }));
  server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://x').pathname.replace(/\/$/, '/index.html');
    response.setHeader(
      'content-security-policy',
      "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'",
    );
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    try {
      response.end(readFileSync(site + path.slice(1)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await puppeteer.launch({ executablePath: findBrowser()!, args: CANVAS_FLAGS, protocolTimeout: 300_000 });
});
afterAll(async () => {
  await browser.close();
  server.close();
});

test("the built library runs in a worker under script-src 'self', and keeps its model for the next visit", async () => {
  const titles: string[] = [];
  for (let visit = 0; visit < 2; visit++) {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('document.title !== ""', { timeout: 50_000 });
    titles.push(await page.title());
    expect(errors).toEqual([]);
    await page.close();
  }
  expect(titles).toEqual(['64 drawn stored', '64 drawn hit']);
});
