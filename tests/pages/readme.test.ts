import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CANVAS_FLAGS, openSite, screenshot, type Site } from './browser';
import { writePageFiles } from './page-files';

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const root = path('out/readme/');

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
  await writePageFiles(root);
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
