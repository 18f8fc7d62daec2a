import { GraphBuilder } from '../graph/builder';
import type { Graph, Tensor } from '../graph/graph';
import type { Configuration } from './configuration';
import { segmentCount, type LandmarkLevel } from './landmarks';
import type { Parameters } from './layers';
import { motionNetwork } from './motion-network';
import { decoder, encoder, HEAD_POSE_SIZE, poseEncoder, POSE_ENCODERS } from './rendering-network';

/** Landmark levels, coarse to fine, and what each divides the motion size by. */
export const LEVELS = [
  { level: 0, divisor: 16 },
  { level: 1, divisor: 8 },
  { level: 2, divisor: 4 },
] as const satisfies readonly { level: LandmarkLevel; divisor: number }[];

/** Names of the graph's inputs that change with every frame. */
export const FRAME_INPUTS = ['driving_head_pose', ...LEVELS.map(({ level }) => `driving_segments_${level}`)];

/** Every intermediate tensor that has a public name. */
export const NAMED_TENSORS = [
  ...LEVELS.map(({ level }) => `source_map_${level}`),
  ...LEVELS.map(({ level }) => `driving_map_${level}`),
  ...LEVELS.map(({ level }) => `motion_${level}`),
  ...[0, 1, 2, 3].map((i) => `feature_${i}`),
  'image',
];

export interface NetworkOptions {
  readonly configuration: Configuration;
  readonly rendering: Parameters;
  readonly motion: Parameters;
  /** Height and width of the images, S. */
  readonly size: number;
  /** Size the motion network runs at, M. */
  readonly motionSize: number;
  /** Names out of {@link NAMED_TENSORS} that the caller wants to read. */
  readonly keep?: readonly string[] | undefined;
}

/**
 * The whole network as one graph. Inputs: `source_image` (S x S RGBA bytes) and, for source and driving, `*_head_pose`
 * (6 values) and `*_segments_0..2` (landmark segments in pixels of M/16, M/8, M/4). Output: `result` (S x S RGBA bytes)
 * and the kept tensors.
 */
export function buildNetwork({ configuration, rendering, motion, size, motionSize, keep = [] }: NetworkOptions): Graph {
  const graph = new GraphBuilder();
  const face = (who: 'source' | 'driving'): { pose: Tensor; maps: Tensor[] } => ({
    pose: graph.input(`${who}_head_pose`, 'map', { channels: [HEAD_POSE_SIZE], height: 1, width: 1 }),
    maps: LEVELS.map(({ level, divisor }) => {
      const segments = graph.input(`${who}_segments_${level}`, 'segments', {
        channels: [8],
        height: 1,
        width: segmentCount(level),
      });
      return graph.rasterizeLandmarks(`${who}_map_${level}`, segments, motionSize / divisor);
    }),
  });
  const bytes = graph.input('source_image', 'rgba8', { channels: [4], height: size, width: size });
  const source = face('source');
  const driving = face('driving');
  const image = graph.normalize('source_image.normalized', bytes);

  const inputs = source.maps.map((map, i) => {
    const small = graph.interpolate(`source_image_${i}`, image, map.layout.height, map.layout.width);
    return graph.cat(`motion_input_${i}`, [map, driving.maps[i]!, small]);
  });
  const fields = motionNetwork({ graph, parameters: motion }, configuration.motion, inputs);

  const layers = { graph, parameters: rendering };
  const { poseEncoders } = configuration.rendering;
  const sourceEmbedding = poseEncoder(layers, POSE_ENCODERS.source, source.pose, poseEncoders.source);
  const drivingEmbedding = poseEncoder(layers, POSE_ENCODERS.driving, driving.pose, poseEncoders.driving);
  const features = encoder(layers, configuration.rendering, image, sourceEmbedding);
  const output = decoder(layers, configuration.rendering, features, fields.at(-1)!, drivingEmbedding);
  const result = graph.toRgba8('result', output);

  const named = [...source.maps, ...driving.maps, ...fields, ...features, output];
  return graph.build([result, ...named.filter((tensor) => keep.includes(tensor.name))]);
}
