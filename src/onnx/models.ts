import { configurationOf } from '../model/configuration';
import { buildNetwork, LEVELS } from '../model/network';
import type { Graph } from '../graph/graph';
import type { StateDict } from '../weights/state-dict';
import { cut } from './cut';
import { exportOnnx } from './export';
import { padInputChannels } from './pad-channels';

/** The cached features, at 1/4, 1/8, 1/16 and 1/16 of S: outputs of the register model, inputs of the frame model. */
export const FEATURES = [0, 1, 2, 3].map((i) => `feature_${i}`);

/** Source map, driving map and small source image, three channels each, at 1/16, 1/8 and 1/4 of M. */
export const MOTION_INPUTS = LEVELS.map(({ level }) => `motion_input_${level}`);

export interface OnnxModelOptions {
  /** The tensors of both networks under their published keys. */
  readonly model: { readonly rendering: StateDict; readonly motion: StateDict };
  /** Height and width of the images, S: a multiple of 16. */
  readonly size: number;
  /** Size the motion network runs at, M. */
  readonly motionSize: number;
  /**
   * Widens the motion inputs, with zeros, to a multiple of so many channels: 4 for onnxruntime's WebGPU provider, which is
   * wrong at 9 (microsoft/onnxruntime #29651).
   */
  readonly channelMultiple?: number | undefined;
}

/**
 * What a frame computes, as an ONNX model: {@link MOTION_INPUTS}, `driving_head_pose` (1, 6, 1, 1) and {@link FEATURES} to
 * `image` (1, 3, S, S) in [-1, 1]. `outputs` names other tensors of NAMED_TENSORS instead.
 */
export function frameModel(options: OnnxModelOptions, outputs: readonly string[] = ['image']): Uint8Array {
  const graph = cut(networkOf(options), [...MOTION_INPUTS, 'driving_head_pose', ...FEATURES], outputs);
  return exportOnnx(padInputChannels(graph, MOTION_INPUTS, options.channelMultiple ?? 1), 'frame');
}

/** What is done once a source: `source_image.normalized` (1, 3, S, S) and `source_head_pose` (1, 6, 1, 1) to {@link FEATURES}. */
export const registerModel = (options: OnnxModelOptions): Uint8Array =>
  exportOnnx(cut(networkOf(options), ['source_image.normalized', 'source_head_pose'], FEATURES), 'register');

function networkOf({ model, size, motionSize }: OnnxModelOptions): Graph {
  const { rendering, motion } = model;
  return buildNetwork({
    configuration: configurationOf(rendering, motion),
    rendering: (key) => rendering.get(key)!.data,
    motion: (key) => motion.get(key)!.data,
    size,
    motionSize,
  });
}
