/**
 * Checks against a folder of golden answers from outside, named by RHO_GOLDENS: checkpoints `tiny/*.pth` and
 * `tiny/legacy/*.pth`, cases `tiny/<size>` and `full/<size>` (weights synthetic:1), ops.safetensors, landmarks.safetensors.
 * RHO_ADAPTER=hardware runs it on a GPU.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MIN_PSNR } from '../../src/engine/choose-precision';
import { createEngine, type Engine, type Model } from '../../src/engine/engine';
import type { Picture } from '../../src/engine/pictures';
import { halfOn } from '../../src/engine/support';
import { landmarkMap, rasterizeLandmarksRef } from '../../src/kernels/rasterize-landmarks.ref';
import { landmarkSegments, type LandmarkLevel } from '../../src/model/landmarks';
import { psnr } from '../../src/profile/statistics';
import { readCheckpoint } from '../../src/weights/checkpoint';
import { decodeSafetensors, readSafetensors } from '../../src/weights/safetensors';
import type { StateDict } from '../../src/weights/state-dict';
import { loadModel } from '../../tools/load-model';
import { readFace } from '../../tools/landmark-files';
import { readPicture } from '../../tools/pictures';
import { nmse } from '../compare';
import { openTestDevice } from '../gpu/device';
import { checkOp, type ExternalOp } from './ops';

const folder = process.env['RHO_GOLDENS'];
if (folder === undefined || !existsSync(folder)) throw new Error('RHO_GOLDENS must name the folder of golden answers');

/** Float32 against float64 on such cases differs by less than 2e-10. */
const BOUND = 1e-8;

const bytes = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(folder, ...path)));
const caseFolders = (group: string): string[] =>
  readdirSync(join(folder, group))
    .filter((name) => /^\d+(m\d+)?$/.test(name))
    .sort((a, b) => parseInt(a) - parseInt(b));

let device: GPUDevice;
let close: () => void;
beforeAll(async () => ({ device, close } = await openTestDevice()));
afterAll(() => close());

const tiny = (form: string) => (): Model => ({
  rendering: readCheckpoint(bytes('tiny', form, 'rendering_net.pth')),
  motion: readCheckpoint(bytes('tiny', form, 'motion_net.pth')),
});
const MODELS: [string, () => Model | Promise<Model>, string][] = [
  ['tiny, zip', tiny(''), 'tiny'],
  ['tiny, legacy stream', tiny('legacy'), 'tiny'],
  ['full', () => loadModel('synthetic:1'), 'full'],
];
const cases = MODELS.flatMap(([title, load, group]) =>
  caseFolders(group).map((name) => ({ title, load, path: join(group, name), name })),
);

describe.each(cases)('$title $name', ({ load, path, name }) => {
  const [size, motionSize] = name.split('m').map(Number) as [number, number?];
  const expected: StateDict = decodeSafetensors(readSafetensors(bytes(path, 'expected.safetensors')));
  const at = (file: string): string => join(folder, path, file);
  const mapNames = ['source', 'driving'].flatMap((who) => [0, 1, 2].map((level) => `${who}_map_${level}`));
  let engine: Engine;
  let result: Picture['data'];
  const frame = async (on: Engine): Promise<Picture['data']> => {
    const source = await on.setSource(
      await readPicture(at('source.png')),
      await readFace(at('source_landmark.txt'), at('source_headpose.txt')),
    );
    const driving = await readFace(at('driving_landmark.txt'), at('driving_headpose.txt'));
    return (await on.reenact(source, driving)).data;
  };
  beforeAll(async () => {
    const keep = [...expected.keys(), ...mapNames];
    engine = await createEngine({ device, model: await load(), size, motionSize, keep });
    result = await frame(engine);
  });
  afterAll(() => engine.dispose());

  test.each([...expected.keys()])('%s', async (tensor) => {
    const { shape, data } = await engine.readTensor(tensor);
    expect(shape).toEqual(expected.get(tensor)!.shape);
    const error = nmse(data, expected.get(tensor)!.data);
    console.log(`${path} ${tensor}: NMSE ${error.toExponential(2)}`);
    expect(error).toBeLessThan(BOUND);
  });

  test.each(mapNames)('%s', async (map) => {
    const [who, , level] = map.split('_') as [string, string, string];
    const { landmarks } = await readFace(at(`${who}_landmark.txt`), at(`${who}_headpose.txt`));
    const { data, shape } = await engine.readTensor(map);
    const n = shape[1]!;
    // The references are checked against OpenCV below and in tests/model.
    const parts = rasterizeLandmarksRef(landmarkSegments(landmarks, Number(level) as LandmarkLevel, n), n);
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(landmarkMap(parts).buffer))).toBe(0);
  });

  test('picture within one level', async () => {
    const { data } = await readPicture(at('expected.png'));
    let worst = 0;
    data.forEach((byte, i) => (worst = Math.max(worst, Math.abs(byte - result[i]!))));
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('half precision keeps the picture', async () => {
    const precision = halfOn(device);
    const half = await createEngine({ device, model: await load(), size, motionSize, precision });
    const quality = psnr(await frame(half), result);
    half.dispose();
    console.log(`${path} ${precision}: PSNR ${quality.toFixed(1)} dB against f32`);
    expect(quality).toBeGreaterThanOrEqual(MIN_PSNR);
  });
});

describe('landmark drawings of OpenCV', () => {
  const { entries } = readSafetensors(bytes('landmarks.safetensors'));
  const points = new Float32Array(entries.get('landmarks')!.bytes.slice().buffer);
  const drawings = [...entries].filter(([name]) => name.startsWith('maps_'));
  test.each(drawings)('%s', (name, { shape, bytes: drawn }) => {
    const [, size, level] = name.split('_').map(Number) as [number, number, LandmarkLevel];
    const [count, n] = shape as [number, number];
    for (let i = 0; i < count; i++) {
      const set = size === 1440 ? i * 6 : i;
      const segments = landmarkSegments(points.subarray(set * 144, (set + 1) * 144), level, n);
      expect(
        Buffer.compare(rasterizeLandmarksRef(segments, n), drawn.subarray(i * n * n, (i + 1) * n * n)),
        `set ${set}`,
      ).toBe(0);
    }
  });
});

describe('single operations of PyTorch on the GPU', () => {
  const file = readSafetensors(bytes('ops.safetensors'));
  const tensors = decodeSafetensors(file);
  const ops = JSON.parse(file.metadata.get('cases')!) as ExternalOp[];
  test.each(ops.map((op) => [op.name, op] as const))('%s', async (_, op) => {
    expect(await checkOp(device, op, tensors)).toBeUndefined();
  });
});
