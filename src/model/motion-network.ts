import type { Tensor } from '../graph/graph';
import { conv, normRelu, type Layers } from './layers';

/** A layer of the motion network: 4 x 4 convolution of stride 2, doubling and 3 x 3 convolution, or residual pair. */
export interface MotionLayer {
  readonly kind: 'down' | 'up' | 'residual';
  readonly channels: number;
}

/** One of the three scales: width of its first layer, then the layers after it. */
export interface MotionScale {
  readonly stem: number;
  readonly layers: readonly MotionLayer[];
}

/** The three scales, coarse to fine. */
export type MotionConfiguration = readonly [low: MotionScale, middle: MotionScale, high: MotionScale];

/** Published key prefixes of each scale: its first layer, the layers after it, its motion head. */
export const MOTION_KEYS = [
  { stem: 'f1_model.0', layers: 'f1_model', first: 3, head: 'f1_motion' },
  { stem: 'model1_1.0', layers: 'model1_2', first: 0, head: 'model1_3' },
  { stem: 'model2_1.0', layers: 'model2_2', first: 0, head: 'model2_3' },
] as const;

/** What a motion size must be a multiple of, so that every halving of it is whole. */
export function motionMultiple(configuration: MotionConfiguration): number {
  const divisors = configuration.map(({ layers }, scale) => {
    const downs = layers.filter(({ kind }) => kind === 'down').length;
    return [16, 16, 8][scale]! * 2 ** downs;
  });
  return Math.max(...divisors);
}

/**
 * The three-scale motion network. `inputs` are the nine-channel inputs at 1/16, 1/8 and 1/4 of the motion size; the
 * results, `motion_0` to `motion_2` at the same sizes, hold absolute sampling coordinates (x, y) in [-1, 1].
 */
export function motionNetwork(layers: Layers, configuration: MotionConfiguration, inputs: readonly Tensor[]): Tensor[] {
  const { graph } = layers;
  const fields: Tensor[] = [];
  let features: Tensor | undefined;
  configuration.forEach(({ stem, layers: rest }, scale) => {
    const keys = MOTION_KEYS[scale]!;
    const input = inputs[scale]!;
    let x = features
      ? graph.add(`${keys.stem}.add`, down(layers, keys.stem, input, stem), features)
      : normRelu(layers, 'f1_model.1', conv(layers, keys.stem, input, { channels: stem, kernel: 3, bias: true }));
    rest.forEach(({ kind, channels }, i) => {
      x = LAYERS[kind](layers, `${keys.layers}.${keys.first + i}`, x, channels);
    });
    features = x;
    const name = `motion_${scale}`;
    const coarse = fields.at(-1);
    const options = { channels: 2, kernel: 3, bias: true, format: 'field' } as const;
    const head = conv(layers, keys.head, x, { ...options, name: coarse ? undefined : name });
    const { height, width } = x.layout;
    fields.push(coarse ? graph.add(name, head, graph.interpolate(`${name}.up`, coarse, height, width)) : head);
  });
  return fields;
}

const LAYERS = { down, up, residual } as const;

function down(layers: Layers, key: string, src: Tensor, channels: number): Tensor {
  return normRelu(
    layers,
    `${key}.norm`,
    conv(layers, `${key}.conv`, src, { channels, kernel: 4, stride: 2, bias: true }),
  );
}

function up(layers: Layers, key: string, src: Tensor, channels: number): Tensor {
  const { height, width } = src.layout;
  const large = layers.graph.interpolate(`${key}.up`, src, height * 2, width * 2);
  return normRelu(layers, `${key}.norm`, conv(layers, `${key}.conv`, large, { channels, kernel: 3, bias: true }));
}

function residual(layers: Layers, key: string, src: Tensor, channels: number): Tensor {
  const options = { channels, kernel: 3, bias: true };
  const middle = normRelu(layers, `${key}.norm`, conv(layers, `${key}.conv1`, src, options));
  return layers.graph.add(`${key}.add`, src, conv(layers, `${key}.conv2`, middle, options));
}
