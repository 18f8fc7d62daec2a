import { checkModel, type Model } from '../../src/engine/engine';
import type { Face } from '../../src/engine/face';
import type { Picture } from '../../src/engine/pictures';
import { interpret, type Value } from '../../src/graph/interpret';
import { volume, type Volume } from '../../src/kernels/volume';
import { landmarkSegments } from '../../src/model/landmarks';
import { buildNetwork, LEVELS } from '../../src/model/network';
import { cut } from '../../src/onnx/cut';
import type { HostTensor } from './onnxruntime-web';

/** What is needed to compute inputs of the ONNX models: an S x S picture and two faces. */
export interface FaceInputs {
  readonly model: Model;
  readonly size: number;
  readonly motionSize: number;
  /** S x S, resized beforehand. */
  readonly picture: Picture;
  readonly source: Face;
  readonly driving: Face;
}

/** Tensors of the network before any convolution, by the float64 interpreter. */
export function earlyTensors(
  { model, size, motionSize, picture, source, driving }: FaceInputs,
  names: readonly string[],
): Map<string, HostTensor> {
  const given = new Map<string, Value>([['source_image', Uint8Array.from(picture.data)]]);
  for (const [who, face] of Object.entries({ source, driving })) {
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
  const wanted = names.filter((name) => !given.has(name));
  const made = new Map([...given, ...interpret(cut(graph, [...given.keys()], wanted), given)]);
  return new Map(
    names.map((name) => {
      const { channels, height, width, data } = made.get(name) as Volume;
      return [name, { dims: [1, channels, height, width], data: Float32Array.from(data) }];
    }),
  );
}
