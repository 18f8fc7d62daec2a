import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser } from 'puppeteer';
import sharp from 'sharp';
import { build, createServer, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser, findSoftwareDriver, vulkanEnvironment } from '../../tools/software-driver.mjs';
import { CANVAS_FLAGS, openPage, screenshot } from './browser';
import { writePageFiles } from './page-files';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Recipes are copied here, beside a node_modules with the package as it would be installed; all else they find in our own. */
const folder = `${root}out/recipes/`;
const library = `${folder}node_modules/rho-webgpu/`;
const site = `${folder}site/`;
const files = `${folder}files/`;

/** Only the size is made smaller, for the sake of a GPU that is none. */
function copyRecipe(name: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(`${root}recipes/${name}`)) {
    writeFileSync(`${to}${file}`, readFileSync(`${root}recipes/${name}/${file}`, 'utf8').replaceAll('512', '64'));
  }
}

/** Keeps what the page's canvas or video showed that was not of one colour: headless, it shows nothing any more a moment later. */
const KEEP_SHOWN = `
window.shown = new Set();
const copy = new OffscreenCanvas(64, 64);
const context = copy.getContext('2d', { willReadFrequently: true });
const keep = () => {
  const shows = document.querySelector('canvas, video');
  if (!shows || shows.videoWidth === 0) return;
  context.clearRect(0, 0, 64, 64);
  context.drawImage(shows, 0, 0, 64, 64);
  const { data } = context.getImageData(0, 0, 64, 64);
  if (new Set(new Uint32Array(data.buffer)).size > 16) window.shown.add(data.join());
};
for (const [prototype, method] of [[GPUQueue.prototype, 'submit'], [WebGL2RenderingContext.prototype, 'drawElements']]) {
  const original = prototype[method];
  prototype[method] = function (...values) {
    original.apply(this, values);
    keep();
  };
}
requestAnimationFrame(function again() {
  keep();
  requestAnimationFrame(again);
});`;

let server: PreviewServer;
let browser: Browser;
beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await build({ root, logLevel: 'error', build: { outDir: `${library}dist`, sourcemap: false } });
  cpSync(`${root}package.json`, `${library}package.json`);
  // Within our own package, its name would mean the checkout.
  writeFileSync(`${folder}package.json`, '{ "type": "module" }');
  await writePageFiles(files);
  server = await preview({
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: { outDir: site },
    preview: { port: 0, host: '127.0.0.1' },
  });
  browser = await puppeteer.launch({ executablePath: findBrowser()!, args: CANVAS_FLAGS, protocolTimeout: 300_000 });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Opens a recipe until it has shown three different frames. */
async function expectFrames(name: string, url = `${server.resolvedUrls!.local[0]!}${name}/index.html`): Promise<void> {
  const { page, complaints } = await openPage({ browser, url }, '', KEEP_SHOWN);
  const moved = await page.waitForFunction('window.shown.size >= 3', { timeout: 60_000 }).catch(() => undefined);
  await screenshot(page, `recipe-${name}`);
  const shown = await page.evaluate('window.shown.size');
  await page.close();
  expect({ complaints, moved: moved !== undefined, shown }).toMatchObject({ complaints: [], moved: true });
}

test('script-tag: a page without a bundler', async () => {
  copyRecipe('script-tag', `${site}script-tag/`);
  cpSync(files, `${site}script-tag/`, { recursive: true });
  cpSync(`${library}dist`, `${site}script-tag/rho-webgpu`, { recursive: true });
  await expectFrames('script-tag');
});

test.each(['vite', 'worker', 'react', 'three', 'webrtc'])('%s: built with Vite', async (name) => {
  copyRecipe(name, `${folder}${name}/`);
  await build({
    root: `${folder}${name}`,
    base: './',
    logLevel: 'error',
    publicDir: files,
    build: { outDir: `${site}${name}`, emptyOutDir: true, target: 'es2022' },
  });
  await expectFrames(name);
});

test('worker: on the development server of Vite', async () => {
  copyRecipe('worker', `${folder}worker/`);
  const served = await createServer({
    root: `${folder}worker`,
    logLevel: 'error',
    publicDir: files,
    // In a project of its own, packages lie within its root.
    server: { port: 0, host: '127.0.0.1', fs: { allow: [folder] } },
  });
  await served.listen();
  try {
    await expectFrames('worker-served', served.resolvedUrls!.local[0]);
  } finally {
    await served.close();
  }
});

/** What the head of the recipe says to add where there is no GPU. */
const CREATE = 'create({ ';
const CREATE_ON_CPU = "create({ backend: 'wasm', onnxruntime: () => import('onnxruntime-node'), ";

test.each(['gpu', 'cpu'])('node, on the %s: PNG frames, no page', async (backend) => {
  copyRecipe('node', `${folder}node/`);
  cpSync(files, `${folder}node/`, { recursive: true });
  rmSync(`${folder}node/frames`, { recursive: true, force: true });
  if (backend === 'cpu') {
    const script = readFileSync(`${folder}node/main.mjs`, 'utf8');
    expect(script).toContain("`onnxruntime: () => import('onnxruntime-node')`");
    expect(script).toContain(CREATE);
    writeFileSync(`${folder}node/main.mjs`, script.replace(CREATE, CREATE_ON_CPU));
  }
  const driver = findSoftwareDriver();
  execFileSync(process.execPath, ['main.mjs'], {
    cwd: `${folder}node`,
    stdio: 'pipe',
    env: { ...process.env, ...vulkanEnvironment(), ...(driver && { VK_ICD_FILENAMES: driver }) },
  });
  const names = readdirSync(`${folder}node/frames`);
  expect(names).toEqual(['0.png', '1.png', '2.png', '3.png', '4.png']);
  const frames = new Set<string>();
  for (const name of names) {
    const image = sharp(`${folder}node/frames/${name}`);
    const { width, height, format } = await image.metadata();
    expect({ width, height, format }).toEqual({ width: 64, height: 64, format: 'png' });
    frames.add((await image.raw().toBuffer()).toString('hex'));
    expect((await image.stats()).entropy).toBeGreaterThan(1);
  }
  expect(frames.size).toBe(5);
});
