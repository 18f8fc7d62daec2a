import { RhoError } from '../errors';
import type { StateDict } from '../weights/state-dict';
import type { BlockConfiguration, Parameters } from './layers';
import { MOTION_KEYS, motionMultiple, type MotionConfiguration, type MotionLayer } from './motion-network';
import { buildNetwork } from './network';
import {
  DECODER,
  ENCODER,
  POSE_ENCODERS,
  SIZE_MULTIPLE,
  type PoseEncoderConfiguration,
  type RenderingConfiguration,
} from './rendering-network';

/** All widths and depths of a checkpoint; the shapes of its tensors say them. */
export interface Configuration {
  readonly motion: MotionConfiguration;
  readonly rendering: RenderingConfiguration;
}

/** Parameter shapes of both networks by published key. */
export interface NetworkShapes {
  readonly rendering: ReadonlyMap<string, readonly number[]>;
  readonly motion: ReadonlyMap<string, readonly number[]>;
}

const bad = (message: string): RhoError => new RhoError('BAD_WEIGHTS', message);

/** Counts batches while training; inference has no use for it, and old checkpoints lack it. */
const isCounter = (key: string): boolean => key.endsWith('num_batches_tracked');

/**
 * The configuration of a checkpoint. Throws BAD_WEIGHTS naming the first tensor that is missing, in excess or of a shape
 * that does not fit the others.
 */
export function configurationOf(rendering: StateDict, motion: StateDict): Configuration {
  const configuration = { motion: motionOf(shapesOf(motion)), rendering: renderingOf(shapesOf(rendering)) };
  const expected = expectedShapes(configuration);
  compare('rendering', rendering, expected.rendering);
  compare('motion', motion, expected.motion);
  return configuration;
}

/** Every parameter that a network of this configuration reads, in the order in which it reads them. */
export function expectedShapes(configuration: Configuration): NetworkShapes {
  const recorder = (): { shapes: Map<string, readonly number[]>; parameters: Parameters } => {
    const shapes = new Map<string, readonly number[]>();
    return { shapes, parameters: (key, shape) => (shapes.set(key, shape), new Float32Array()) };
  };
  const rendering = recorder();
  const motion = recorder();
  const multiple = motionMultiple(configuration.motion);
  buildNetwork({
    configuration,
    rendering: rendering.parameters,
    motion: motion.parameters,
    size: SIZE_MULTIPLE,
    motionSize: multiple,
  });
  return { rendering: rendering.shapes, motion: motion.shapes };
}

type Shapes = (key: string) => readonly number[] | undefined;

const shapesOf =
  (tensors: StateDict): Shapes =>
  (key) =>
    tensors.get(key)?.shape;

/** Dimension `axis` of a weight of four dimensions; throws if there is no such weight. */
function dimension(shapes: Shapes, network: string, key: string, axis: number): number {
  const shape = shapes(key);
  if (!shape) throw bad(`the ${network} network lacks ${key}; is this the right checkpoint?`);
  if (shape.length !== 4)
    throw bad(`${key} of the ${network} network has shape [${shape.join(', ')}], not four dimensions`);
  return shape[axis]!;
}

function motionOf(shapes: Shapes): MotionConfiguration {
  const scales = MOTION_KEYS.map(({ stem, layers, first }, scale) => ({
    stem: dimension(shapes, 'motion', scale === 0 ? `${stem}.weight` : `${stem}.conv.weight`, 0),
    layers: motionLayers(shapes, layers, first),
  }));
  // Each scale ends at the size of its input: the first keeps its size in its first layer, the others halve it.
  scales.forEach(({ layers }, scale) => {
    const count = (kind: MotionLayer['kind']): number => layers.filter((layer) => layer.kind === kind).length;
    const downs = count('down') + (scale === 0 ? 0 : 1);
    if (downs !== count('up'))
      throw bad(
        `${MOTION_KEYS[scale]!.layers} of the motion network halves ${downs} times but doubles ${count('up')} times`,
      );
  });
  return scales as unknown as MotionConfiguration;
}

/** The kind of each layer shows in its keys: two convolutions for a residual, a kernel of 4 down, of 3 up. */
function motionLayers(shapes: Shapes, prefix: string, first: number): MotionLayer[] {
  const layers: MotionLayer[] = [];
  for (let i = first; ; i++) {
    const residual = shapes(`${prefix}.${i}.conv1.weight`);
    const plain = shapes(`${prefix}.${i}.conv.weight`);
    if (residual) layers.push({ kind: 'residual', channels: residual[0]! });
    else if (plain) layers.push({ kind: plain[2] === 4 ? 'down' : 'up', channels: plain[0]! });
    else return layers;
  }
}

function renderingOf(shapes: Shapes): RenderingConfiguration {
  const get = (key: string, axis: number): number => dimension(shapes, 'rendering', key, axis);
  const pose = (key: string): PoseEncoderConfiguration => ({
    hidden: get(`${key}.embedding_module1.0.weight`, 1),
    embedding: get(`${key}.embedding_module2.0.weight`, 1),
  });
  const levels = [...ENCODER, ...DECODER];
  return {
    poseEncoders: { source: pose(POSE_ENCODERS.source), driving: pose(POSE_ENCODERS.driving) },
    stem: get('en_conv_block.0.weight', 0),
    spades: new Map(levels.map(({ spade }) => [spade, get(`${spade}.mlp_shared.0.weight`, 0)])),
    stages: new Map(levels.flatMap(({ stages }) => stages.map(({ key }) => [key, blocksOf(shapes, key)]))),
  };
}

function blocksOf(shapes: Shapes, stage: string): BlockConfiguration[] {
  const blocks: BlockConfiguration[] = [];
  for (let i = 0; ; i++) {
    const key = `${stage}.0.${i}.conv`;
    const first = shapes(`${key}.0.weight`);
    if (!first && i > 0) return blocks;
    const hidden = dimension(shapes, 'rendering', `${key}.0.weight`, 0);
    const expand = first?.[2] === 1;
    const project = expand ? 6 : 3;
    blocks.push({
      channels: dimension(shapes, 'rendering', `${key}.${project}.weight`, 0),
      hidden,
      expand,
      norm: shapes(`${key}.${project + 1}.weight`) !== undefined,
    });
  }
}

function compare(network: string, found: StateDict, expected: ReadonlyMap<string, readonly number[]>): void {
  for (const [key, shape] of expected) {
    const tensor = found.get(key);
    if (!tensor)
      throw bad(`the ${network} network lacks ${key} of shape [${shape.join(', ')}]; is this the right checkpoint?`);
    if (tensor.shape.join() !== shape.join()) {
      throw bad(
        `${key} of the ${network} network has shape [${tensor.shape.join(', ')}]; the tensors before it want [${shape.join(', ')}]`,
      );
    }
  }
  for (const key of found.keys()) {
    if (!expected.has(key) && !isCounter(key))
      throw bad(`the ${network} network has a tensor that is no part of it: ${key}`);
  }
}
