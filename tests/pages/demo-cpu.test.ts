import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TINY_MODEL, tinyModelFile } from '../engine/tiny-model';
import { makeStatePth } from '../weights/make-pth';
import { chooseFile, FLAGS, openPage, openSite, screenshot, serveBytes, withoutHttps } from './browser';
import { drive, says, TINY } from './demo-page';

test('without WebGPU it says why, and computes frames on the CPU', async () => {
  const site = await openSite(['--no-sandbox', '--disable-features=WebGPU', '--disable-gpu']);
  try {
    const { page, complaints } = await openPage(site, 'demo/index.html');
    await says(page, '#support', 'No GPU here: ');
    await says(page, '#stats', 'CPU (WebAssembly): ');
    await page.waitForFunction(() => /[1-9].* frames a second/.test(document.querySelector('#rate')!.textContent), {
      timeout: 60_000,
    });
    const { frames: recorded } = await drive(page, 400);
    expect(recorded.at(-1)!.headPose[1]).not.toBe(recorded[0]!.headPose[1]);
    await page.setViewport({ width: 390, height: 844 });
    await screenshot(page, 'demo-no-webgpu-390-light');
    expect(complaints).toEqual([]);
  } finally {
    await site.close();
  }
});

test('so it does on a page without https, with weights of one’s own too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rho-demo-'));
  const [motion, rendering] = [join(folder, 'motion.pth'), join(folder, 'rendering.pth')];
  writeFileSync(motion, makeStatePth(TINY_MODEL.motion));
  writeFileSync(rendering, makeStatePth(TINY_MODEL.rendering));
  const site = await openSite(FLAGS, { plugins: [serveBytes('/tiny.safetensors', await tinyModelFile())] });
  try {
    const { page, complaints } = await openPage(withoutHttps(site), TINY.replace('&backend=webgpu', ''));
    await says(page, '#support', 'WebGPU is only there on pages from https or localhost');
    await says(page, '#engine-status', 'Showing Ada');
    await says(page, '#stats', 'CPU (WebAssembly): ');
    await chooseFile(page, '#weights-file', motion, rendering);
    await says(page, '#stats', 'from memory');
    await says(page, '#rate', 'frames a second');
    expect(complaints).toEqual([]);
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});
