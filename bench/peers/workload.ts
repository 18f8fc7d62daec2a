import { InferenceSession, Tensor } from 'onnxruntime-node';
import { checkModel, defaultMotionSize } from '../../src/engine/engine';
import { resizeImageRef } from '../../src/kernels/resize-image.ref';
import { FEATURES, MOTION_INPUTS, registerModel } from '../../src/onnx/models';
import { readFace } from '../../tools/landmark-files';
import { loadModel } from '../../tools/load-model';
import { readPicture } from '../../tools/pictures';
import { earlyTensors, type FaceInputs } from './motion-inputs';
import type { HostTensor } from './onnxruntime-web';

/** One frame of one source, in the terms of every peer: a picture and faces for us, tensors for the others. */
export interface Workload extends FaceInputs {
  /** Inputs of the frame model: motion inputs (1, 9, h, w), driving head pose, cached features. */
  readonly inputs: ReadonlyMap<string, HostTensor>;
}

const DEMO = 'demo';
const FRAME = '000010';
const REGISTER_INPUTS = ['source_image.normalized', 'source_head_pose'];

/**
 * The bundled picture and one frame of the bundled sequence, at the model's own motion size unless one is given. Throws BAD_INPUT,
 * BAD_WEIGHTS.
 */
export async function makeWorkload(
  modelName: string,
  size: number,
  givenMotionSize?: number,
  frame = FRAME,
): Promise<Workload> {
  const model = await loadModel(modelName);
  const motionSize = givenMotionSize ?? defaultMotionSize(model, size);
  checkModel(model, size, motionSize);
  const [large, source, driving] = await Promise.all([
    readPicture(`${DEMO}/source.png`),
    readFace(`${DEMO}/source_landmark.txt`, `${DEMO}/source_headpose.txt`),
    readFace(`${DEMO}/driving/landmark/${frame}.txt`, `${DEMO}/driving/headpose/${frame}.txt`),
  ]);
  const { width, height } = large;
  const wide = width === size ? large.data : resizeImageRef(Uint8Array.from(large.data), width, height, size, height);
  const data = height === size ? wide : resizeImageRef(Uint8Array.from(wide), size, height, size, size);
  const workload = { model, size, motionSize, picture: { width: size, height: size, data }, source, driving };
  return { ...workload, inputs: await frameInputs(workload) };
}

/** The tensors that other runtimes start from; the features come from onnxruntime's CPU. */
async function frameInputs(workload: Omit<Workload, 'inputs'>): Promise<Map<string, HostTensor>> {
  const { model, size, motionSize } = workload;
  const early = earlyTensors(workload, [...MOTION_INPUTS, 'driving_head_pose', ...REGISTER_INPUTS]);
  const tensor = (name: string) => [name, early.get(name)!] as const;
  const features = await runOnce(registerModel({ model, size, motionSize }), new Map(REGISTER_INPUTS.map(tensor)));
  return new Map([
    ...[...MOTION_INPUTS, 'driving_head_pose'].map(tensor),
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
