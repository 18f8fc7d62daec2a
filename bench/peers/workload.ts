import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Face } from '../../src/engine/face';
import { checkModel, type Model } from '../../src/engine/engine';
import type { Picture } from '../../src/engine/pictures';
import { interpret, type Value } from '../../src/graph/interpret';
import { resizeImageRef } from '../../src/kernels/resize-image.ref';
import { volume, type Volume } from '../../src/kernels/volume';
import { landmarkSegments } from '../../src/model/landmarks';
import { buildNetwork, LEVELS } from '../../src/model/network';
import { cut } from '../../src/onnx/cut';
import { FEATURES, MOTION_INPUTS, registerModel } from '../../src/onnx/models';
import { readFace } from '../../tools/landmark-files';
import { loadModel } from '../../tools/load-model';
import { readPicture } from '../../tools/pictures';

/** A float32 tensor in C order. */
export interface HostTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** One frame of one source, in the terms of every peer: a picture and faces for us, tensors for the others. */
export interface Workload {
  readonly model: Model;
  readonly size: number;
  readonly motionSize: number;
  /** S x S, resized beforehand. */
  readonly picture: Picture;
  readonly source: Face;
  readonly driving: Face;
  /** Inputs of the frame model: motion inputs (1, 9, h, w), driving head pose, cached features. */
  readonly inputs: ReadonlyMap<string, HostTensor>;
}

const DEMO = 'demo';
const FRAME = '000010';

/** The bundled picture and one frame of the bundled sequence. Throws BAD_INPUT, BAD_WEIGHTS. */
export async function makeWorkload(modelName: string, size: number, motionSize: number): Promise<Workload> {
  const model = await loadModel(modelName);
  checkModel(model, size, motionSize);
  const [large, source, driving] = await Promise.all([
    readPicture(`${DEMO}/source.png`),
    readFace(`${DEMO}/source_landmark.txt`, `${DEMO}/source_headpose.txt`),
    readFace(`${DEMO}/driving/landmark/${FRAME}.txt`, `${DEMO}/driving/headpose/${FRAME}.txt`),
  ]);
  const { width, height } = large;
  const wide = width === size ? large.data : resizeImageRef(Uint8Array.from(large.data), width, height, size, height);
  const data = height === size ? wide : resizeImageRef(Uint8Array.from(wide), size, height, size, size);
  const workload = { model, size, motionSize, picture: { width: size, height: size, data }, source, driving };
  return { ...workload, inputs: await frameInputs(workload) };
}

/** The tensors that other runtimes start from; the features come from onnxruntime's CPU. */
async function frameInputs(workload: Omit<Workload, 'inputs'>): Promise<Map<string, HostTensor>> {
  const { model, size, motionSize, picture, source, driving } = workload;
  const given = new Map<string, Value>([['source_image', Uint8Array.from(picture.data)]]);
  for (const [who, face] of [
    ['source', source],
    ['driving', driving],
  ] as const) {
    given.set(`${who}_head_pose`, volume(6, 1, 1, face.headPose));
    for (const { level, divisor } of LEVELS)
      given.set(`${who}_segments_${level}`, landmarkSegments(face.landmarks, level, motionSize / divisor));
  }
  const graph = buildNetwork({
    configuration: checkModel(model, size, motionSize),
    rendering: (key) => model.rendering.get(key)!.data,
    motion: (key) => model.motion.get(key)!.data,
    size,
    motionSize,
  });
  const outputs = [...MOTION_INPUTS, 'source_image.normalized'];
  const made = interpret(cut(graph, [...given.keys()], outputs), given);
  const tensor = (name: string): HostTensor => {
    const { channels, height, width, data } = made.get(name) as Volume;
    return { dims: [1, channels, height, width], data: Float32Array.from(data) };
  };
  const names = ['source_image.normalized', 'source_head_pose'];
  const features = await runOnce(registerModel({ model, size, motionSize }), new Map(names.map((n) => [n, tensor(n)])));
  return new Map([
    ...[...MOTION_INPUTS, 'driving_head_pose'].map((name) => [name, tensor(name)] as const),
    ...FEATURES.map((name) => [name, features.get(name)!] as const),
  ]);
}

async function runOnce(bytes: Uint8Array, inputs: ReadonlyMap<string, HostTensor>): Promise<Map<string, HostTensor>> {
  const session = await InferenceSession.create(bytes, { executionProviders: ['cpu'] });
  const feeds = [...inputs].map(([name, { data, dims }]) => [name, new Tensor(data, dims)] as const);
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return new Map(Object.entries(results).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]));
}
