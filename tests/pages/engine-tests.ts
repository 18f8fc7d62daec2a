import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, openSite, type Site } from './browser';

const root = fileURLToPath(new URL('./fixtures/', import.meta.url));
const photo = readFileSync(new URL('../../demo/source.png', import.meta.url));

/** What a page can do with the engine, in Chromium with some flags or in Firefox. */
export function testEngine(flags: readonly string[] | 'Firefox'): void {
  let site: Site;
  /** Another site, which lets nobody read its pictures. */
  let foreign: Server;
  let tainted: string;
  beforeAll(async () => {
    // onnxruntime finds its WASM beside its module, which bundling would move.
    site = await openSite(flags, { root, optimizeDeps: { exclude: ['onnxruntime-web'] } });
    foreign = createServer((_, response) => response.setHeader('content-type', 'image/png').end(photo));
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    tainted = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/photo.png`;
  });
  afterAll(async () => {
    foreign.close();
    await site.close();
  });

  /** One page for all, and with it one device: what has been compiled is not compiled again. */
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await openPage(site));
    await page.waitForSelector('body[data-ready]', { timeout: 60_000 });
  });

  /** Runs a scenario of tests/pages/fixtures in the page. */
  const run = (name: string, ...parameters: unknown[]): Promise<unknown> =>
    page.evaluate(`scenarios.${name}(...${JSON.stringify(parameters)})`);

  test('without a real GPU, WASM gives the same frames', async () => {
    const { backend, difference, ...rest } = (await run('cpuBackend')) as Record<string, unknown>;
    expect(backend).toEqual({ name: 'wasm', reason: expect.stringContaining('software adapter') as string });
    expect(difference).toBeLessThanOrEqual(1);
    expect(rest).toEqual({ bitmap: 0, outcome: 'drawn', canvas: 0, 'large canvas': true, 'taken canvas': 'BAD_INPUT' });
    expect(complaints).toEqual([]);
  });

  describe('pictures', () => {
    test('every kind a page can hold is as good as its pixels', async () => {
      const none = { canvas: 0, bitmap: 0, frame: 0, loading: 0, offscreen: 0, element: 0, raw: 0 };
      expect(await run('imageKinds')).toEqual(none);
      expect(complaints).toEqual([]);
    });

    test('a video too', async () => {
      const { size, difference } = (await run('video')) as { size: number[]; difference: number };
      expect(size).toEqual([64, 64]);
      expect(difference).toBeLessThanOrEqual(8);
    });

    test('are resized and cropped exactly', async () => {
      expect(await run('resizedAndCropped')).toEqual([0, 0, 0]);
    });

    test('are taken at once', async () => {
      expect(await run('takenAtOnce')).toBe(0);
    });

    test('that cannot be read are refused', async () => {
      const found = (await run('badImages', tainted)) as Record<string, string>;
      expect(new Set(Object.values(found)), JSON.stringify(found)).toEqual(new Set(['BAD_INPUT']));
    });
  });

  describe('targets', () => {
    test('support is told', async () => {
      expect(await run('support')).toMatchObject({ supported: true, isSoftware: true });
    });

    test('canvases show the frames that are read', async () => {
      expect(await run('canvases')).toEqual({
        outcome: 'drawn',
        canvas: 0,
        offscreen: 0,
        'second frame': 0,
        'size after a resize': 128 * 128,
        'after a loss': 0,
        recoveries: 1,
      });
    });

    test('a frame is one submission and makes nothing', async () => {
      expect(await run('frameCost')).toEqual({
        createBuffer: 0,
        createBindGroup: 0,
        createTexture: 0,
        createComputePipelineAsync: 0,
        submit: 1,
      });
    });

    test('that cannot be drawn to are refused', async () => {
      expect(await run('badTargets')).toEqual({ taken: 'BAD_INPUT', gone: 'BAD_INPUT', empty: 'BAD_INPUT' });
    });

    test('without one there is an ImageData', async () => {
      expect(await run('imageData')).toBe(true);
    });
  });

  describe('in a worker', () => {
    test('all is the same', async () => {
      const kinds = ['image', 'canvas', 'frame', 'bitmap', 'element'];
      expect(await run('inWorker')).toEqual({
        ...Object.fromEntries(
          kinds.flatMap((kind) => [
            [kind, 0],
            [`${kind} disposed`, 'DISPOSED'],
          ]),
        ),
        size: 64,
        precision: 'f32',
        compiled: true,
        'kept by the page': [64, 64, 64 * 64],
        drawn: 'drawn',
        'on the page’s canvas': 0,
        burst: ['drawn', 'drawn', 'skipped', 'skipped', 'drawn'],
        frames: true,
        'motion field': [16, 16, 512],
        'after dispose': 'DISPOSED',
      });
      expect(complaints).toEqual([]);
    });

    test('errors are typed', async () => {
      expect(await run('workerErrors', tainted)).toMatchObject({
        'bad size': 'BAD_INPUT',
        'bad weights': 'BAD_WEIGHTS',
        'no such file': expect.stringMatching(/FETCH|BAD_WEIGHTS/) as string,
        aborted: expect.stringMatching(/^AbortError/) as string,
        'broken worker': 'INTERNAL',
        tainted: 'BAD_INPUT',
        empty: 'BAD_INPUT',
        'bad face': 'BAD_INPUT',
        'taken canvas': 'BAD_INPUT',
        'aborted source': expect.stringMatching(/^AbortError/) as string,
        'disposed during a frame': 'DISPOSED',
      });
    });

    test('one of the page’s own serves several engines and stays', async () => {
      expect(await run('ownWorker')).toEqual([true, true, true, true, true]);
    });

    test('a frame of a slow CPU is to be seen before the next is begun', async () => {
      const [first, second, last] = (await run('slowWorker')) as number[];
      expect(last).toBe(0);
      // Firefox copies what a worker draws to once the worker is idle, so that only the last frame is found there.
      if (flags !== 'Firefox') expect([first, second]).toEqual([0, 0]);
    });
  });
}
