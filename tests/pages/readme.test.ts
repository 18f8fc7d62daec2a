import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRecorder } from '../../src/drivers/recording';
import { tinyModelFile } from '../engine/tiny-model';
import { CANVAS_FLAGS, openSite, screenshot, type Site } from './browser';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const root = path('out/readme/');
const numbers = (name: string): number[] => readFileSync(path(name), 'utf8').trim().split(/\s+/).map(Number);

/** The page of the README: only its size is made smaller, for the sake of a GPU that is none. */
function readmePage(): string {
  const [, page] = /## In a page\n\n```html\n([\s\S]*?)```/.exec(readFileSync(path('README.md'), 'utf8'))!;
  return `<!doctype html><link rel="icon" href="data:,">${page!.replaceAll('512', '64')}`;
}

let site: Site;
beforeAll(async () => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  writeFileSync(`${root}index.html`, readmePage());
  writeFileSync(`${root}model.safetensors`, await tinyModelFile());
  copyFileSync(path('demo/source.png'), `${root}face.png`);
  const face = { landmarks: numbers('demo/source_landmark.txt'), headPose: numbers('demo/source_headpose.txt') };
  writeFileSync(`${root}face.json`, JSON.stringify(face));
  const recorder = createRecorder();
  for (let i = 1; i <= 32; i++) {
    const name = `${String(i).padStart(6, '0')}.txt`;
    const [landmarks, headPose] = [numbers(`demo/driving/landmark/${name}`), numbers(`demo/driving/headpose/${name}`)];
    recorder.add({ landmarks, headPose }, i * 40);
  }
  writeFileSync(`${root}driving.json`, JSON.stringify(recorder.finish()));
  const alias = [
    { find: /^rho-webgpu$/, replacement: path('src/index.ts') },
    { find: /^rho-webgpu\/(.*)$/, replacement: `${path('src')}/$1.ts` },
  ];
  site = await openSite(CANVAS_FLAGS, { root, resolve: { alias } });
});
afterAll(() => site.close());

test('the page of the README moves a face when pasted', async () => {
  const page = await site.browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  // What the canvas shows after each submission; headless it shows nothing any more a moment later.
  await page.evaluateOnNewDocument(`
    window.shown = new Set();
    const submit = GPUQueue.prototype.submit;
    GPUQueue.prototype.submit = function (buffers) {
      submit.call(this, buffers);
      const canvas = document.querySelector('canvas');
      const copy = document.createElement('canvas');
      copy.width = copy.height = 64;
      copy.getContext('2d').drawImage(canvas, 0, 0);
      window.shown.add(copy.toDataURL());
    };`);
  await page.goto(site.url);
  await page.waitForFunction('window.shown.size >= 5', { timeout: 100_000 });
  await screenshot(page, 'readme');
  expect(complaints).toEqual([]);
});
