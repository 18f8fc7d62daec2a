import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Rho, RhoSource } from '../../src/engine/api';
import { create } from '../../src/engine/create';
import type { Picture } from '../../src/engine/pictures';
import { someFace, somePicture } from '../engine/faces';
import { TINY_MODEL } from '../engine/tiny-model';
import { openTestDevice } from './device';

const SIZE = 80; // times four no multiple of 256, which copies between textures and buffers want
const COPY_SRC = 0x1;
const COPY_DST = 0x2;
const TEXTURE_BINDING = 0x4;
const RENDER_ATTACHMENT = 0x10;

const face = someFace('source');
const driving = someFace('a');
let device: GPUDevice;
let close: () => void;
let rho: Rho;
let source: RhoSource;
let frame: number[];
beforeAll(async () => {
  ({ device, close } = await openTestDevice());
  rho = await create({ weights: TINY_MODEL, size: SIZE, motionSize: 64, device });
  source = await rho.setSource(somePicture('textures', SIZE), face);
  frame = [...(await rho.reenact(source, driving)).data];
});
afterAll(() => {
  rho.dispose();
  close();
});

function textureOf({ width, height, data }: Picture, format: GPUTextureFormat): GPUTexture {
  const usage = TEXTURE_BINDING | COPY_DST;
  const texture = device.createTexture({ size: [width, height], format, usage });
  const isBgra = format.startsWith('bgra');
  const bytes = Uint8Array.from(data, (_, i) => data[isBgra && i % 4 !== 3 ? i - (i % 4) + 2 - (i % 4) : i]!);
  device.queue.writeTexture({ texture }, bytes, { bytesPerRow: width * 4 }, [width, height]);
  return texture;
}

/** RGBA bytes of a texture of four bytes a pixel. */
async function readTexture(texture: GPUTexture): Promise<number[]> {
  const { width, height, format } = texture;
  const bytesPerRow = Math.ceil((width * 4) / 256) * 256;
  const buffer = device.createBuffer({ size: bytesPerRow * height, usage: 0x1 | 0x8 });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(1);
  const bytes = new Uint8Array(buffer.getMappedRange());
  const isBgra = format.startsWith('bgra');
  const at = (i: number): number => {
    const [y, x, c] = [Math.floor(i / (width * 4)), Math.floor(i / 4) % width, i % 4];
    return bytes[y * bytesPerRow + x * 4 + (isBgra && c !== 3 ? 2 - c : c)]!;
  };
  const pixels = Array.from({ length: width * height * 4 }, (_, i) => at(i));
  buffer.destroy();
  return pixels;
}

describe('textures as pictures', () => {
  test.each(['rgba8unorm', 'bgra8unorm', 'rgba8unorm-srgb', 'bgra8unorm-srgb'] as const)(
    '%s is as good as its bytes',
    async (format) => {
      const texture = textureOf(somePicture('textures', SIZE), format);
      const registered = await rho.setSource(texture, face);
      expect([...(await rho.reenact(registered, driving)).data]).toEqual(frame);
      registered.dispose();
      texture.destroy();
    },
  );

  test.each([
    { x: 3, y: 5, width: 60, height: 70 },
    { x: -7, y: 30, width: 50, height: 90 },
  ])('its part %j too', async (crop) => {
    const picture = somePicture('texture part', 90, 100);
    const texture = textureOf(picture, 'rgba8unorm');
    const [fromTexture, fromBytes] = [
      await rho.setSource(texture, face, { crop }),
      await rho.setSource(picture, face, { crop }),
    ];
    const read = async (each: RhoSource): Promise<number[]> => [...(await rho.reenact(each, driving)).data];
    expect(await read(fromTexture)).toEqual(await read(fromBytes));
    for (const each of [fromTexture, fromBytes]) each.dispose();
    texture.destroy();
  });

  test.each([
    [{ format: 'rgba8unorm', usage: COPY_DST }],
    [{ format: 'r32uint', usage: TEXTURE_BINDING }],
    [{ format: 'depth32float', usage: TEXTURE_BINDING }],
    [{ format: 'rgba8unorm', usage: TEXTURE_BINDING, dimension: '3d' }],
  ] as [Partial<GPUTextureDescriptor>][])('%j is refused', async (descriptor) => {
    const texture = device.createTexture({ size: [8, 8], ...descriptor } as GPUTextureDescriptor);
    await expect(rho.setSource(texture, face)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    texture.destroy();
  });
});

describe('textures as targets', () => {
  test.each([
    ['rgba8unorm', RENDER_ATTACHMENT],
    ['bgra8unorm', RENDER_ATTACHMENT],
    ['rgba8unorm-srgb', RENDER_ATTACHMENT],
    ['rgba8unorm', COPY_DST],
    ['bgra8unorm', COPY_DST],
  ] as const)('%s of usage %i gets the frame, in one submission', async (format, usage) => {
    const texture = device.createTexture({ size: [SIZE, SIZE], format, usage: usage | COPY_SRC });
    expect(await rho.reenact(source, driving, texture)).toBe('drawn');
    expect(await readTexture(texture)).toEqual(frame);
    const submit = vi.spyOn(device.queue, 'submit');
    const createBuffer = vi.spyOn(device, 'createBuffer');
    const createBindGroup = vi.spyOn(device, 'createBindGroup');
    await rho.reenact(source, driving, texture);
    expect(submit.mock.calls.map(([buffers]) => [...buffers].length)).toEqual([1]);
    expect([createBuffer.mock.calls, createBindGroup.mock.calls]).toEqual([[], []]);
    vi.restoreAllMocks();
    texture.destroy();
  });

  test('another size is filled bilinearly', async () => {
    const texture = device.createTexture({
      size: [SIZE * 2, SIZE / 2],
      format: 'rgba8unorm',
      usage: RENDER_ATTACHMENT | COPY_SRC,
    });
    await rho.reenact(source, driving, texture);
    const drawn = await readTexture(texture);
    const at = (x: number, y: number): number =>
      frame[(Math.min(Math.max(y, 0), SIZE - 1) * SIZE + Math.min(Math.max(x, 0), SIZE - 1)) * 4]!;
    for (const [x, y] of [
      [0, 0],
      [31, 7],
      [SIZE * 2 - 1, SIZE / 2 - 1],
    ] as const) {
      const [sx, sy] = [(x + 0.5) / 2 - 0.5, (y + 0.5) * 2 - 0.5];
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const row = (r: number): number => at(x0, r) * (1 - (sx - x0)) + at(x0 + 1, r) * (sx - x0);
      const expected = row(y0) * (1 - (sy - y0)) + row(y0 + 1) * (sy - y0);
      expect(Math.abs(drawn[(y * SIZE * 2 + x) * 4]! - expected)).toBeLessThanOrEqual(1);
    }
    texture.destroy();
  });

  test('of many frames asked for at once the first two and the last are drawn', async () => {
    const usage = RENDER_ATTACHMENT | COPY_SRC;
    const texture = device.createTexture({ size: [SIZE, SIZE], format: 'rgba8unorm', usage });
    const { skippedFrames } = rho.stats;
    const faces = ['1', '2', '3', '4', '5', 'a'].map(someFace);
    const outcomes = await Promise.all(faces.map((each) => rho.reenact(source, each, texture)));
    expect(outcomes).toEqual(['drawn', 'drawn', 'skipped', 'skipped', 'skipped', 'drawn']);
    expect(await readTexture(texture)).toEqual(frame);
    expect(rho.stats.skippedFrames).toBe(skippedFrames + 3);
    texture.destroy();
  });

  test.each([
    [{ format: 'rgba8unorm', usage: TEXTURE_BINDING }],
    [{ format: 'r8unorm', usage: RENDER_ATTACHMENT }],
    [{ format: 'rgba8unorm', usage: RENDER_ATTACHMENT, sampleCount: 4 }],
  ] as [Partial<GPUTextureDescriptor>][])('%j is refused', async (descriptor) => {
    const size = [SIZE, SIZE];
    const texture = device.createTexture({ size, ...descriptor } as GPUTextureDescriptor);
    await expect(rho.reenact(source, face, texture)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    texture.destroy();
  });
});
