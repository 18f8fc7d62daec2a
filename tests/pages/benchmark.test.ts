import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseResult } from '../../src/profile/benchmark-result';
import { tinyModelFile } from '../engine/tiny-model';
import { chooseFile, openPage, openSite, saveBy, textOf, views, waitForText, type Site } from './browser';

const TINY = 'index.html?size=64&motion=64&frames=3&seconds=2';

let site: Site;
let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rho-benchmark-'));
  writeFileSync(at('tiny.safetensors'), await tinyModelFile());
  site = await openSite();
});
afterAll(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

async function chooseTiny(page: Page): Promise<void> {
  await page.select('#weights', 'file');
  await chooseFile(page, '#model-file', at('tiny.safetensors'));
}

async function start(page: Page): Promise<void> {
  await page.waitForSelector('#run:not([disabled])');
  await page.click('#run');
}

test('a run to its end: figures, charts, exports, a link that shows it, two results compared', async () => {
  const { page, complaints } = await openPage(site, TINY);
  await chooseTiny(page);
  await start(page);
  await waitForText(page, '#status', /^Done; the result is right/);
  const figures = await textOf(page, '#figures');
  for (const label of ['Frame, median', 'fps', 'p95', 'Fastest', 'MAD', 'GPU time', 'Load', 'Compile', 'First frame'])
    expect(figures).toContain(label);
  const details = await textOf(page, '#details');
  expect(details).toMatch(/right: agrees with f32 with tensors kept, all finite, and the float64 interpreter/);
  expect(details).toMatch(/no stored answer for these weights/);
  expect(details).toMatch(/GPU time[\d.]+ ms of [\d.]+ ms wall time, 3 frames; (wall|GPU) time is [\d.]+ % above/);
  expect(await textOf(page, '#sustained-text')).toMatch(/^\d+ frames in [\d.]+ s/);
  expect(await page.$$eval('#roof-chart circle', (dots) => dots.length)).toBeGreaterThan(3);
  expect(await page.$$eval('#roof-table tbody tr', (rows) => rows.length)).toBeGreaterThan(3);
  expect(await page.$$('#live-chart canvas')).toHaveLength(1);
  await views(page, 'benchmark');

  const file = await saveBy(page, '#save', folder);
  const result = parseResult(readFileSync(file, 'utf8'));
  expect(result).toMatchObject({ size: 64, motionSize: 64, precision: 'f32', weights: 'tiny.safetensors' });
  expect(result.times).toHaveLength(3);
  expect(result.check.isRight).toBe(true);
  expect(await textOf(page, '#markdown')).toContain(`| GPU | ${result.adapter}`);
  await page.click('#copy-link');
  await page.waitForFunction('location.hash.startsWith("#result=")');

  const linked = await openPage(site, `index.html${new URL(page.url()).hash}`);
  await linked.page.waitForFunction('!document.querySelector("#result").hidden');
  expect(await textOf(linked.page, '#details')).toBe(details);
  expect(await textOf(linked.page, '#origin')).toMatch(/link/);

  await chooseFile(linked.page, '[data-slot=first] input[type=file]', at('tiny.safetensors'));
  await waitForText(linked.page, '[data-slot=first] .status', /no result of the benchmark: it is not JSON/);
  await chooseFile(linked.page, '[data-slot=first] input[type=file]', file);
  await linked.page.type('[data-slot=second] input[type=url]', 'https://example.org/#result=abc\n');
  await waitForText(linked.page, '[data-slot=second] .status', /damaged/);
  await linked.page.click('#to-second');
  await waitForText(linked.page, '#comparison', /Frame, median.*1\.00 x/s);
  await views(linked.page, 'benchmark-compared', ['desktop-light', 'phone-dark']);
  expect(complaints).toEqual([]);
  expect(linked.complaints).toEqual([]);
});

test('seeded weights agree with the answer that another runtime gave', { timeout: 240_000 }, async () => {
  const { page, complaints } = await openPage(site, 'index.html?size=64&motion=64&frames=1');
  await page.select('#weights', 'synthetic');
  await page.click('#roofline');
  await start(page);
  await waitForText(page, '#status', /^Done/, 230_000);
  expect(await textOf(page, '#details')).toMatch(/agrees with the stored answer of onnxruntime/);
  expect(await textOf(page, '#status')).toMatch(/is right/);
  expect(complaints).toEqual([]);
});

describe('what goes wrong is said, and the page works on', () => {
  test('no WebGPU: results of others can still be looked at', async () => {
    const plain = await openSite(['--no-sandbox', '--disable-features=WebGPU', '--disable-gpu']);
    try {
      const { page, complaints } = await openPage(plain);
      await waitForText(page, '#problem', /There is no WebGPU here|no GPU to use it with/);
      expect(await page.$eval('#run', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
      expect(await textOf(page, '#device')).toContain('Browser');
      await views(page, 'benchmark-no-webgpu', ['desktop-light', 'phone-dark']);
      expect(complaints).toEqual([]);
    } finally {
      await plain.close();
    }
  });

  test('an adapter refused', async () => {
    const { page } = await openPage(site, TINY, 'GPU.prototype.requestAdapter = () => Promise.resolve(null);');
    await waitForText(page, '#problem', /There is WebGPU, but no GPU to use it with/);
    expect(await textOf(page, '#status')).toBe('Nothing can be measured here.');
  });

  test('out of memory at 1440', async () => {
    const { page } = await openPage(
      site,
      'index.html?size=1440&motion=64&frames=1',
      `GPUDevice.prototype.popErrorScope = () => Promise.resolve(new GPUOutOfMemoryError('no room'));`,
    );
    await chooseTiny(page);
    await start(page);
    await waitForText(page, '#problem', /out of memory \(no room\); use a smaller size or half precision/);
    expect(await textOf(page, '#problem')).toContain('Close other pages');
    expect(await page.$eval('#run', (button) => (button as HTMLButtonElement).disabled)).toBe(false);
  });

  test('a lost device', async () => {
    const { page, complaints } = await openPage(
      site,
      TINY,
      `const request = GPUAdapter.prototype.requestDevice;
       GPUAdapter.prototype.requestDevice = async function (...args) {
         return (window.lastDevice = await request.apply(this, args));
       };`,
    );
    await page.click('#roofline');
    await chooseTiny(page);
    await start(page);
    await waitForText(page, '#status', /Compiling/);
    await page.evaluate('window.lastDevice.destroy()');
    await waitForText(page, '#problem', /The GPU device was lost/);
    await page.waitForSelector('#run:not([disabled])');
    expect(await textOf(page, '#status')).toBe('Failed.');

    expect(complaints).toEqual([]);
  });

  test('no model file, a file that is none, a link that is cut off', async () => {
    const { page } = await openPage(site, `${TINY}#result=eJzLSM3JyQcABiwCFQ`);
    await waitForText(page, '#problem', /The result in this link is damaged, perhaps cut off/);
    await page.select('#weights', 'file');
    await start(page);
    await waitForText(page, '#problem', /No model file is chosen/);
    writeFileSync(at('none.safetensors'), 'no model at all');
    await chooseFile(page, '#model-file', at('none.safetensors'));
    await start(page);
    await waitForText(page, '#problem', /The given weights/);
  });
});
