import { createEngine, type Model } from '../src/engine/engine';
import { MIN_PSNR } from '../src/engine/choose-precision';
import type { Face } from '../src/engine/face';
import type { Picture } from '../src/engine/pictures';
import { RhoError } from '../src/errors';
import { GraphBuilder } from '../src/graph/builder';
import { interpret, type Value } from '../src/graph/interpret';
import type { Precision } from '../src/kernels/kernel';
import { volume } from '../src/kernels/volume';
import { configurationOf } from '../src/model/configuration';
import { landmarkSegments } from '../src/model/landmarks';
import { buildNetwork, LEVELS } from '../src/model/network';
import { psnr } from '../src/profile/statistics';

/** Multiply-adds, as published, that the float64 interpreter does within seconds. */
const INTERPRETABLE_MACS = 4e8;

/** How far frames in f32 may be apart: the rounding of a byte. */
const MAX_BYTE_DIFFERENCE = 1;

/** A frame as an engine gave it, and all it was made of. */
export interface CheckedFrame {
  readonly model: Model;
  readonly size: number;
  readonly motionSize: number;
  readonly precision: Precision;
  readonly picture: Picture;
  readonly face: Face;
  readonly driving: Face;
  readonly result: Picture;
}

/**
 * Compares a frame with other ways to the same answer, and says with which: f32 with motion field and image kept as floats,
 * which must be finite; and, of a small network, the float64 interpreter on the graph as published. Leaves nothing on the
 * device. Throws INTERNAL saying how far apart they are.
 */
export async function checkFrame(device: GPUDevice, frame: CheckedFrame): Promise<string> {
  const { model, size, motionSize, picture, face, driving, result, precision } = frame;
  const engine = await createEngine({ device, model, size, motionSize, keep: ['motion_2', 'image'] });
  try {
    const { register, frame: online } = engine.programs;
    const source = await engine.setSource(picture, face);
    const expected = await engine.reenact(source, driving);
    for (const name of ['motion_2', 'image']) checkFinite(name, (await engine.readTensor(name)).data);
    compare('f32 with tensors kept', result.data, expected.data, precision);
    const macs = [...register.dispatches, ...online.dispatches].reduce((sum, dispatch) => sum + dispatch.macs, 0);
    if (macs > INTERPRETABLE_MACS) return 'f32 with tensors kept, all finite';
  } finally {
    engine.dispose();
  }
  compare('the float64 interpreter', result.data, interpretFrame(frame), precision);
  return 'f32 with tensors kept, all finite, and the float64 interpreter';
}

function interpretFrame({ model, size, motionSize, picture, face, driving }: CheckedFrame): Uint8Array {
  const graph = buildNetwork({
    configuration: configurationOf(model.rendering, model.motion),
    size,
    motionSize,
    rendering: (key) => model.rendering.get(key)!.data,
    motion: (key) => model.motion.get(key)!.data,
  });
  const inputs = new Map<string, Value>([['source_image', resized(picture, size)]]);
  for (const [who, { landmarks, headPose }] of Object.entries({ source: face, driving })) {
    inputs.set(`${who}_head_pose`, volume(headPose.length, 1, 1, headPose));
    for (const { level, divisor } of LEVELS)
      inputs.set(`${who}_segments_${level}`, landmarkSegments(landmarks, level, motionSize / divisor));
  }
  return interpret(graph, inputs).get('result') as Uint8Array;
}

function resized({ width, height, data }: Picture, size: number): Uint8Array {
  const graph = new GraphBuilder();
  const wide = graph.resizeImage(
    'wide',
    graph.input('src', 'rgba8', { channels: [4], height, width }),
    'horizontal',
    size,
  );
  const built = graph.build([graph.resizeImage('dst', wide, 'vertical', size)]);
  return interpret(built, new Map([['src', Uint8Array.from(data)]])).get('dst') as Uint8Array;
}

/** Numbers of which one is NaN or infinite; arithmetic in JavaScript, unlike WGSL's, is bound to tell. */
function checkFinite(name: string, data: Float32Array): void {
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RhoError('INTERNAL', `the result is wrong: ${name} has ${data[at]} at index ${at}`);
}

type Bytes = Uint8Array | Uint8ClampedArray;

function compare(what: string, actual: Bytes, expected: Bytes, precision: Precision): void {
  let largest = 0;
  expected.forEach((value, i) => (largest = Math.max(largest, Math.abs(actual[i]! - value))));
  const quality = psnr(actual, expected);
  const isGood = precision === 'f32' ? largest <= MAX_BYTE_DIFFERENCE : quality >= MIN_PSNR;
  if (actual.length === expected.length && isGood) return;
  throw new RhoError(
    'INTERNAL',
    `the result is wrong: against ${what} it differs by up to ${largest} of 255, PSNR ${quality.toFixed(1)} dB`,
  );
}
