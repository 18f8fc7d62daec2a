import * as onnxruntime from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreateOptions, Rho } from '../../src/engine/api';
import { create } from '../../src/engine/create';
import { nmse } from '../compare';
import { someFace, somePicture } from '../engine/faces';
import { TINY_MODEL } from '../engine/tiny-model';
import { nodeGpu } from './node-gpu';

const SIZE = 64;
const runtime = (): Promise<typeof onnxruntime> => Promise.resolve(onnxruntime);
const open = (options: Partial<CreateOptions> = {}): Promise<Rho> =>
  create({ weights: TINY_MODEL, size: SIZE, gpu: nodeGpu, keepMotion: true, ...options });

describe('which backend', () => {
  const backendOf = async (options: Partial<CreateOptions>): Promise<Rho['backend']> => {
    const rho = await open(options);
    rho.dispose();
    return rho.backend;
  };

  test('a CPU where only a software adapter answers, and it says why', async () => {
    const { name, reason } = await backendOf({ onnxruntime: runtime });
    expect([name, reason]).toEqual(['wasm', expect.stringContaining('software adapter')]);
  });

  test('a CPU where there is no WebGPU', async () => {
    const { name, reason } = await backendOf({ gpu: undefined, onnxruntime: runtime });
    expect([name, reason]).toEqual(['wasm', expect.stringContaining('no WebGPU')]);
  });

  test('the GPU where no onnxruntime is given, or where it is asked for', async () => {
    expect((await backendOf({})).reason).toContain('no onnxruntime was given');
    expect(await backendOf({ backend: 'webgpu', onnxruntime: runtime })).toEqual({
      name: 'webgpu',
      reason: 'asked for',
    });
  });

  test('none where the CPU is asked for without onnxruntime, or where it does not load', async () => {
    await expect(open({ backend: 'wasm' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const broken = (): Promise<never> => Promise.reject(new Error('404'));
    await expect(open({ backend: 'wasm', onnxruntime: broken })).rejects.toMatchObject({ code: 'FETCH' });
    await expect(open({ gpu: undefined })).rejects.toMatchObject({ code: 'NO_WEBGPU' });
  });
});

describe('a CPU', () => {
  let gpu: Rho;
  let cpu: Rho;
  const source = someFace('source');
  beforeAll(async () => {
    gpu = await open();
    cpu = await open({ backend: 'wasm', onnxruntime: runtime });
  });
  afterAll(() => {
    gpu.dispose();
    cpu.dispose();
  });

  test.each([
    ['a picture of the right size', somePicture('source', SIZE), undefined],
    ['a larger one, resized', somePicture('source', 150, 90), undefined],
    ['a part that reaches beyond the edge', somePicture('source', 90), { x: -10, y: 5, width: 80, height: 100 }],
  ])('gives the GPU’s frames of %s', async (_, picture, crop) => {
    const frames = [];
    for (const rho of [gpu, cpu]) {
      const registered = await rho.setSource(picture, source, { crop });
      await rho.reenact(registered, someFace('a'));
      frames.push((await rho.reenact(registered, someFace('b'))).data);
    }
    const [expected, actual] = frames as [ImageData['data'], ImageData['data']];
    let worst = 0;
    expected.forEach((byte, i) => (worst = Math.max(worst, Math.abs(byte - actual[i]!))));
    expect(worst).toBeLessThanOrEqual(1);
    expect(new Set(actual).size).toBeGreaterThan(50);
    const [field, truth] = [await cpu.readMotion(), await gpu.readMotion()];
    expect([field.width, field.height]).toEqual([truth.width, truth.height]);
    expect(nmse(field.data, truth.data)).toBeLessThan(1e-8);
  });

  test('gives the motion field again to who gave the first away', async () => {
    const first = await cpu.readMotion();
    const kept = structuredClone(first.data, { transfer: [first.data.buffer] });
    expect((await cpu.readMotion()).data).toEqual(kept);
  });

  test('keeps frames apart that are asked for at once, and counts them', async () => {
    const registered = await cpu.setSource(somePicture('source', SIZE), source);
    const alone = [];
    for (const name of ['a', 'b']) alone.push([...(await cpu.reenact(registered, someFace(name))).data]);
    const before = cpu.stats.frames;
    const together = await Promise.all(['a', 'b', 'a'].map((name) => cpu.reenact(registered, someFace(name))));
    expect(together.map(({ data }) => [...data])).toEqual([alone[0], alone[1], alone[0]]);
    expect(cpu.stats.frames - before).toBe(3);
    expect(cpu.stats.notes).toEqual(['frames are computed on the CPU: asked for']);
  });

  test('refuses what only a GPU can do, and bad faces', async () => {
    const texture = { createView: () => undefined, width: 4, height: 4 } as unknown as GPUTexture;
    await expect(cpu.setSource(texture, source)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const registered = await cpu.setSource(somePicture('source', SIZE), source);
    await expect(cpu.reenact(registered, source, texture)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(cpu.reenact(registered, { ...source, headPose: [1] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    registered.dispose();
    await expect(cpu.reenact(registered, source)).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  test('is over once disposed of', async () => {
    const rho = await open({ backend: 'wasm', onnxruntime: runtime });
    const registered = await rho.setSource(somePicture('source', SIZE), source);
    const frame = rho.reenact(registered, source);
    rho.dispose();
    await expect(frame).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(rho.setSource(somePicture('source', SIZE), source)).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});
