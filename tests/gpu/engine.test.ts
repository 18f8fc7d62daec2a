import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine, type Source } from '../../src/engine/engine';
import { interpret, type Value } from '../../src/graph/interpret';
import { volume, type Volume } from '../../src/kernels/volume';
import { expectedShapes } from '../../src/model/configuration';
import { landmarkSegments } from '../../src/model/landmarks';
import { buildNetwork, LEVELS, NAMED_TENSORS } from '../../src/model/network';
import { synthetic } from '../../src/weights/synthetic';
import { nmse } from '../compare';
import { aboutGolden, goldenFile } from '../golden-file';
import { SMALL } from '../model/small-network';
import { openTestDevice } from './device';

/** PyTorch's answers, made by tools/goldens/make-network.py. */
const golden = goldenFile('network.safetensors');
const { seed, cases } = aboutGolden(golden) as { seed: number; cases: { size: number; motionSize: number }[] };
const floats = (name: string): Float32Array => new Float32Array(golden.entries.get(name)!.bytes.slice().buffer);

const shapes = expectedShapes(SMALL);
const model = { rendering: synthetic(seed, shapes.rendering), motion: synthetic(seed, shapes.motion) };

const faceOf = (size: number, who: 'source' | 'driving') => ({
  landmarks: floats(`${size}/${who}_landmarks`),
  headPose: floats(`${size}/${who}_head_pose`),
});

function pictureOf(size: number): { width: number; height: number; data: Uint8Array } {
  const rgb = golden.entries.get(`${size}/picture`)!.bytes;
  const data = Uint8Array.from({ length: size * size * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[(i >> 2) * 3 + (i % 4)]!,
  );
  return { width: size, height: size, data };
}

/** What float32 and float64 PyTorch differ by on such networks is below 2e-10. */
const BOUND = 1e-8;

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());

describe.each(cases)('size $size, motion size $motionSize', ({ size, motionSize }) => {
  let engine: Engine;
  let source: Source;
  beforeAll(async () => {
    engine = await createEngine({ device, model, size, motionSize, keep: NAMED_TENSORS });
    source = await engine.setSource(pictureOf(size), faceOf(size, 'source'));
    await engine.reenact(source, faceOf(size, 'driving'));
  });
  afterAll(() => engine.dispose());

  test.each(NAMED_TENSORS)('%s is PyTorch’s', async (name) => {
    const { data, shape } = await engine.readTensor(name);
    const expected = golden.entries.get(`${size}/${name}`)!;
    expect(shape).toEqual(expected.shape);
    if (name.includes('_map_')) expect([...data]).toEqual([...floats(`${size}/${name}`)]);
    else expect(nmse(data, floats(`${size}/${name}`))).toBeLessThan(BOUND);
  });

  test('the interpreter agrees with PyTorch', () => {
    const parameters = (network: 'rendering' | 'motion') => (key: string) => model[network].get(key)!.data;
    const options = { configuration: SMALL, size, motionSize, keep: NAMED_TENSORS };
    const graph = buildNetwork({ ...options, rendering: parameters('rendering'), motion: parameters('motion') });
    const inputs = new Map<string, Value>([['source_image', pictureOf(size).data]]);
    for (const who of ['source', 'driving'] as const) {
      const { landmarks, headPose } = faceOf(size, who);
      inputs.set(`${who}_head_pose`, volume(6, 1, 1, headPose));
      for (const { level, divisor } of LEVELS)
        inputs.set(`${who}_segments_${level}`, landmarkSegments(landmarks, level, motionSize / divisor));
    }
    const { data } = interpret(graph, inputs).get('image') as Volume;
    expect(nmse(data, floats(`${size}/image`))).toBeLessThan(BOUND);
  });
});

describe('an engine', () => {
  const { size, motionSize } = cases[0]!;
  const driving = faceOf(size, 'driving');
  let engine: Engine;
  let first: Source;
  let frame: Uint8Array | Uint8ClampedArray;
  beforeAll(async () => {
    engine = await createEngine({ device, model, size, motionSize });
    first = await engine.setSource(pictureOf(size), faceOf(size, 'source'));
    frame = (await engine.reenact(first, driving)).data;
  });
  afterAll(() => engine.dispose());

  test('gives opaque pixels, rounded as published', () => {
    const image = floats(`${size}/image`);
    const pixels = size * size;
    frame.forEach((byte, i) => {
      const expected = i % 4 === 3 ? 255 : Math.trunc(((image[(i % 4) * pixels + (i >> 2)]! + 1) / 2) * 255);
      expect(Math.abs(byte - expected)).toBeLessThanOrEqual(1);
    });
  });

  test('gives the same frame again, after other sources and frames', async () => {
    const white = { width: 3, height: 5, data: new Uint8Array(60).fill(255) };
    const second = await engine.setSource(white, driving);
    const other = (await engine.reenact(second, driving)).data;
    expect(Buffer.compare(Buffer.from(other), Buffer.from(frame))).not.toBe(0);
    await engine.reenact(first, faceOf(size, 'source'));
    expect([...(await engine.reenact(first, driving)).data]).toEqual([...frame]);
    second.dispose();
  });

  test('keeps frames apart that are asked for at once', async () => {
    const frames = await Promise.all([
      engine.reenact(first, driving),
      engine.reenact(first, faceOf(size, 'source')),
      engine.reenact(first, driving),
    ]);
    expect([...frames[0].data]).toEqual([...frame]);
    expect([...frames[1].data]).not.toEqual([...frame]);
    expect([...frames[2].data]).toEqual([...frame]);
  });

  test('submits one frame program and nothing of the source with it', () => {
    const { register, frame: program } = engine.programs;
    const names = program.dispatches.map(({ layer }) => layer);
    expect(names.some((name) => name.startsWith('en_') || name.startsWith('src_'))).toBe(false);
    expect(register.dispatches.some(({ layer }) => layer.startsWith('de_') || layer.startsWith('drv_'))).toBe(false);
  });

  test.each([
    ['landmarks of 71', { landmarks: new Float32Array(142), headPose: new Float32Array(6) }, 'BAD_INPUT'],
    ['a pose of NaN', { landmarks: new Float32Array(144), headPose: [0, 0, 0, 0, 0, NaN] }, 'BAD_INPUT'],
  ])('refuses %s', async (_, face, code) => {
    await expect(engine.reenact(first, face)).rejects.toMatchObject({ code });
    await expect(engine.setSource(pictureOf(size), face)).rejects.toMatchObject({ code });
  });

  test.each([
    { width: 0, height: 4, data: new Uint8Array() },
    { width: 4, height: 4, data: new Uint8Array(63) },
    { width: 1e9, height: 1, data: new Uint8Array() },
  ])('refuses a picture of $width x $height', async (picture) => {
    await expect(engine.setSource(picture, driving)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('refuses a source that was disposed of, and one of another engine', async () => {
    const gone = await engine.setSource(pictureOf(size), driving);
    gone.dispose();
    await expect(engine.reenact(gone, driving)).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(engine.reenact({ dispose: () => undefined }, driving)).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  test('refuses tensors that it did not keep', async () => {
    await expect(engine.readTensor('image')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('refuses everything after dispose', async () => {
    const other = await createEngine({ device, model, size, motionSize });
    other.dispose();
    other.dispose();
    await expect(other.setSource(pictureOf(size), driving)).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

test.each([
  [{ size: 24 }, /size is 24; it must be a positive multiple of 16/],
  [{ size: -16 }, /size is -16/],
  [{ size: 64, motionSize: 48 }, /motion size is 48; it must be a positive multiple of 32/],
])('%j is refused', async (sizes, message) => {
  await expect(createEngine({ device, model, ...sizes })).rejects.toThrow(message);
});

test('what does not fit is said before anything is allocated', async () => {
  await expect(createEngine({ device, model, size: 8192, motionSize: 64 })).rejects.toMatchObject({ code: 'LIMIT' });
});

test('an aborted creation ends', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(createEngine({ device, model, size: 64, signal: controller.signal })).rejects.toThrow();
});
