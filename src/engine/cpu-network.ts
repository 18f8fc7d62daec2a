import { RhoError } from '../errors';
import { interpret, type Value } from '../graph/interpret';
import { landmarkMap, rasterizeLandmarksRef } from '../kernels/rasterize-landmarks.ref';
import { resizeImageRef } from '../kernels/resize-image.ref';
import { volume, type Volume } from '../kernels/volume';
import { landmarkSegments } from '../model/landmarks';
import { buildNetwork, LEVELS } from '../model/network';
import { cut } from '../onnx/cut';
import { FEATURES, frameModel, MOTION_INPUTS, registerModel } from '../onnx/models';
import type { MotionField } from './api';
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './backend';
import type { Face } from './face';
import { checkModel, type Model } from './model';
import type { Picture } from './pictures';
import { MOTION_FIELD } from './session';

export interface CpuNetworkOptions {
  readonly model: Model;
  readonly size: number;
  readonly motionSize: number;
  readonly keepMotion: boolean;
}

/** All that depends on a source alone. */
export interface CpuSource {
  /** Motion inputs (1, 9, h, w): source map, room for the driving map, small source image. */
  readonly motionInputs: readonly { readonly data: Float32Array; readonly side: number }[];
  readonly features: readonly OnnxTensor[];
}

/** The network on onnxruntime's CPU, for one size. */
export interface CpuNetwork {
  register(picture: Picture, face: Face): Promise<CpuSource>;
  /** One frame as S x S RGBA bytes. Frames follow one another: a session runs one at a time. */
  frame(source: CpuSource, face: Face): Promise<Uint8ClampedArray<ArrayBuffer>>;
  /** The motion field of the last frame; undefined where it is not kept. Zeros before the first. */
  readonly motion: MotionField | undefined;
  release(): Promise<void>;
}

const IMAGE = 'image';
const SOURCE_IMAGE = 'source_image.normalized';

/** Exports the network to ONNX and loads it. Throws BAD_WEIGHTS, BAD_INPUT (sizes), INTERNAL where onnxruntime refuses. */
export async function openCpuNetwork(runtime: OnnxRuntime, options: CpuNetworkOptions): Promise<CpuNetwork> {
  const { model, size, motionSize, keepMotion } = options;
  const configuration = checkModel(model, size, motionSize);
  const graph = buildNetwork({
    configuration,
    rendering: (key) => model.rendering.get(key)!.data,
    motion: (key) => model.motion.get(key)!.data,
    size,
    motionSize,
  });
  const load = async (bytes: Uint8Array): Promise<OnnxSession> => {
    try {
      return await runtime.InferenceSession.create(bytes);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new RhoError('INTERNAL', `onnxruntime does not load the network: ${message}`, { cause });
    }
  };
  const register = await load(registerModel(options));
  const frame = await load(frameModel(options, keepMotion ? [IMAGE, MOTION_FIELD] : [IMAGE])).catch(
    async (error: unknown) => {
      await register.release();
      throw error;
    },
  );
  const sessions = { register, frame };

  const tensor = (data: Float32Array, ...dims: number[]): OnnxTensor => new runtime.Tensor('float32', data, dims);
  const pose = ({ headPose }: Face): OnnxTensor => tensor(Float32Array.from(headPose), 1, headPose.length, 1, 1);
  const outputOf = ({ data }: OnnxTensor): Float32Array => data as Float32Array;
  // Sessions run one at a time.
  let last: Promise<unknown> = Promise.resolve();
  const run = (session: OnnxSession, feeds: Record<string, OnnxTensor>) => {
    const result = last.then(() => session.run(feeds as Record<string, never>));
    last = result.catch(() => undefined);
    return result;
  };

  const fieldSide = motionSize / LEVELS.at(-1)!.divisor;
  let motion: MotionField | undefined = keepMotion
    ? { width: fieldSide, height: fieldSide, data: new Float32Array(2 * fieldSide ** 2) }
    : undefined;

  return {
    get motion() {
      return motion;
    },
    async register(picture, face) {
      const given = new Map<string, Value>([['source_image', resized(picture, size)]]);
      for (const who of ['source', 'driving']) {
        for (const { level, divisor } of LEVELS)
          given.set(`${who}_segments_${level}`, landmarkSegments(face.landmarks, level, motionSize / divisor));
        given.set(`${who}_head_pose`, volume(face.headPose.length, 1, 1, face.headPose));
      }
      const made = interpret(cut(graph, [...given.keys()], [...MOTION_INPUTS, SOURCE_IMAGE]), given);
      const floats = (name: string): Float32Array => Float32Array.from((made.get(name) as Volume).data);
      const features = await run(sessions.register, {
        [SOURCE_IMAGE]: tensor(floats(SOURCE_IMAGE), 1, 3, size, size),
        source_head_pose: pose(face),
      });
      return {
        motionInputs: MOTION_INPUTS.map((name) => ({ data: floats(name), side: (made.get(name) as Volume).height })),
        features: FEATURES.map((name) => features[name]!),
      };
    },
    async frame({ motionInputs, features }, face) {
      const feeds: Record<string, OnnxTensor> = { driving_head_pose: pose(face) };
      FEATURES.forEach((name, i) => (feeds[name] = features[i]!));
      motionInputs.forEach(({ data, side }, i) => {
        const { level } = LEVELS[i]!;
        const map = landmarkMap(rasterizeLandmarksRef(landmarkSegments(face.landmarks, level, side), side));
        const input = data.slice();
        input.set(map, 3 * side * side);
        feeds[MOTION_INPUTS[i]!] = tensor(input, 1, 9, side, side);
      });
      const results = await run(sessions.frame, feeds);
      if (motion) motion = { ...motion, data: interleaved(outputOf(results[MOTION_FIELD]!)) };
      return toBytes(outputOf(results[IMAGE]!));
    },
    async release() {
      await last;
      await Promise.all([sessions.register.release(), sessions.frame.release()]);
    },
  };
}

/** Pillow's resizing, as on the GPU. */
function resized({ width, height, data }: Picture, size: number): Uint8Array {
  const bytes = Uint8Array.from(data);
  const wide = width === size ? bytes : resizeImageRef(bytes, width, height, size, height);
  return height === size ? wide : resizeImageRef(wide, size, height, size, size);
}

/** (1, 3, S, S) in [-1, 1] to opaque RGBA bytes, rounded as published. */
function toBytes(image: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = image.length / 3;
  const bytes = new Uint8ClampedArray(4 * pixels).fill(255);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = Math.trunc(Math.fround((image[c * pixels + i]! + 1) / 2) * 255);
  return bytes;
}

/** (1, 2, h, w) to x y of each pixel. */
function interleaved(field: Float32Array): Float32Array {
  const pixels = field.length / 2;
  const result = new Float32Array(field.length);
  for (let i = 0; i < pixels; i++) {
    result[2 * i] = field[i]!;
    result[2 * i + 1] = field[pixels + i]!;
  }
  return result;
}
