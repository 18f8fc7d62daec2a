import type { Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { interpret, type Value } from '../../src/graph/interpret';
import { volume, type Volume } from '../../src/kernels/volume';
import { expectedShapes } from '../../src/model/configuration';
import { landmarkSegments } from '../../src/model/landmarks';
import { buildNetwork, LEVELS } from '../../src/model/network';
import { FEATURES, frameModel, MOTION_INPUTS, registerModel } from '../../src/onnx/models';
import { synthetic } from '../../src/weights/synthetic';
import { nmse } from '../compare';
import { aboutGolden, goldenFile } from '../golden-file';
import { SMALL } from '../model/small-network';
import { runOnnx, tensorOf } from './run-onnx';

/** onnxruntime's CPU as a second witness of the whole network, beside PyTorch's answers and our own float64 loops. */
const golden = goldenFile('network.safetensors');
const { seed, cases } = aboutGolden(golden) as { seed: number; cases: { size: number; motionSize: number }[] };
const floats = (name: string): Float32Array => new Float32Array(golden.entries.get(name)!.bytes.slice().buffer);

const shapes = expectedShapes(SMALL);
const model = { rendering: synthetic(seed, shapes.rendering), motion: synthetic(seed, shapes.motion) };

/** Float32 roundings: up to 2e-13 against our loops and 5e-13 against PyTorch on x86; other CPUs sum in other orders. */
const BOUND = 1e-11;

const FIELDS = LEVELS.map(({ level }) => `motion_${level}`);

function interpreted(size: number, motionSize: number): Map<string, Value> {
  const graph = buildNetwork({
    configuration: SMALL,
    rendering: (key) => model.rendering.get(key)!.data,
    motion: (key) => model.motion.get(key)!.data,
    size,
    motionSize,
  });
  const rgb = golden.entries.get(`${size}/picture`)!.bytes;
  const rgba = Uint8Array.from({ length: size * size * 4 }, (_, i) => rgb[(i >> 2) * 3 + (i % 4)]!);
  const inputs = new Map<string, Value>([['source_image', rgba]]);
  for (const who of ['source', 'driving'] as const) {
    inputs.set(`${who}_head_pose`, volume(6, 1, 1, floats(`${size}/${who}_head_pose`)));
    const landmarks = floats(`${size}/${who}_landmarks`);
    for (const { level, divisor } of LEVELS)
      inputs.set(`${who}_segments_${level}`, landmarkSegments(landmarks, level, motionSize / divisor));
  }
  return interpret(graph, inputs);
}

/** (1, h, w, 2), as PyTorch's fields are kept, to (2, h, w). */
const planes = (field: Float32Array): Float32Array =>
  field.map((_, i) => field[(i % (field.length / 2)) * 2 + Math.floor(i / (field.length / 2))]!);

describe.each(cases)('size $size, motion size $motionSize', ({ size, motionSize }) => {
  let values: Map<string, Value>;
  const valueOf = (name: string): Volume => values.get(name) as Volume;
  const feedsOf = (names: readonly string[]): Record<string, Tensor> =>
    Object.fromEntries(names.map((name) => [name, tensorOf(valueOf(name))]));
  beforeAll(() => {
    values = interpreted(size, motionSize);
  });

  function expectAll(results: ReadonlyMap<string, Float32Array>, names: readonly string[]): void {
    expect([...results.keys()].sort()).toEqual([...names].sort());
    for (const name of names) {
      const published = floats(`${size}/${name}`);
      expect(nmse(results.get(name)!, valueOf(name).data), `${name} against our loops`).toBeLessThan(BOUND);
      const pytorch = name.startsWith('motion') ? planes(published) : published;
      expect(nmse(results.get(name)!, pytorch), `${name} against PyTorch`).toBeLessThan(BOUND);
    }
  }

  test('the register model agrees with PyTorch and our loops', async () => {
    const feeds = feedsOf(['source_image.normalized', 'source_head_pose']);
    expectAll(await runOnnx(registerModel({ model, size, motionSize }), feeds), FEATURES);
  });

  test.each([1, 4])(
    'the frame model agrees with PyTorch and our loops, channels in multiples of %i',
    async (multiple) => {
      const outputs = [...FIELDS, 'image'];
      const bytes = frameModel({ model, size, motionSize, channelMultiple: multiple }, outputs);
      const feeds = feedsOf(['driving_head_pose', ...FEATURES]);
      for (const name of MOTION_INPUTS) feeds[name] = tensorOf(valueOf(name), Math.ceil(9 / multiple) * multiple);
      expectAll(await runOnnx(bytes, feeds), outputs);
    },
  );
});
