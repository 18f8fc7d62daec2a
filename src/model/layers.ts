import type { GraphBuilder } from '../graph/builder';
import { channelsOf } from '../graph/builder';
import type { Format, Tensor } from '../graph/graph';

/** Epsilon of every batch norm of the network. */
const EPSILON = 1e-5;

/** Gives the values of a parameter by its published key; `shape` is what the network needs it to be. */
export type Parameters = (key: string, shape: readonly number[]) => Float32Array | Float64Array;

/** Where layers are added, and where their parameters come from. */
export interface Layers {
  readonly graph: GraphBuilder;
  readonly parameters: Parameters;
}

/** One inverted residual, as its shapes in the checkpoint say. */
export interface BlockConfiguration {
  readonly channels: number;
  /** Channels between expansion and projection. */
  readonly hidden: number;
  /** False where the block starts with its depthwise convolution. */
  readonly expand: boolean;
  /** True where a batch norm follows the projection. */
  readonly norm: boolean;
}

export interface ConvConfiguration {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias: boolean;
  readonly format?: Format | undefined;
  /** Name of the result, the key unless given. */
  readonly name?: string | undefined;
}

/** Convolution with weights `key.weight` and, where it has one, `key.bias`. */
export function conv({ graph, parameters }: Layers, key: string, src: Tensor, options: ConvConfiguration): Tensor {
  const { channels, kernel, stride = 1, padding = Math.floor((kernel - 1) / 2), bias, name = key, format } = options;
  return graph.conv2d(name, src, {
    weight: parameters(`${key}.weight`, [channels, channelsOf(src), kernel, kernel]),
    bias: bias ? parameters(`${key}.bias`, [channels]) : undefined,
    outChannels: channels,
    kernel: [kernel, kernel],
    stride,
    padding,
    format,
  });
}

/** Batch norm in inference mode, worked down to one scale and shift a channel in float64. */
export function batchNorm({ graph, parameters }: Layers, key: string, src: Tensor, affine = true): Tensor {
  const shape = [channelsOf(src)];
  const weight = affine ? parameters(`${key}.weight`, shape) : undefined;
  const bias = affine ? parameters(`${key}.bias`, shape) : undefined;
  const mean = parameters(`${key}.running_mean`, shape);
  const variance = parameters(`${key}.running_var`, shape);
  const scale = Float64Array.from(variance, (v, c) => (weight?.[c] ?? 1) / Math.sqrt(v + EPSILON));
  const shift = Float64Array.from(mean, (m, c) => (bias?.[c] ?? 0) - m * scale[c]!);
  return graph.batchNorm(key, src, scale, shift);
}

/** Batch norm, then relu. */
export const normRelu = (layers: Layers, key: string, src: Tensor): Tensor =>
  layers.graph.relu(`${key}.relu`, batchNorm(layers, key, src));

/**
 * Spatially adaptive normalization by a pose embedding of 16 x 16, then relu; the result takes the given name.
 * `hidden` is the width of the convolution that gamma and beta share.
 */
export function spadeRelu(
  layers: Layers,
  key: string,
  src: Tensor,
  embedding: Tensor,
  hidden: number,
  name = `${key}.relu`,
): Tensor {
  const { graph } = layers;
  const { height, width } = src.layout;
  const options = { channels: channelsOf(src), kernel: 3, bias: true };
  const stretched = graph.interpolate(`${key}.embedding`, embedding, height, width);
  const shared = conv(layers, `${key}.mlp_shared.0`, stretched, { ...options, channels: hidden });
  const active = graph.relu(`${key}.mlp_shared.1`, shared);
  const gamma = conv(layers, `${key}.mlp_gamma`, active, options);
  const beta = conv(layers, `${key}.mlp_beta`, active, options);
  return graph.relu(name, graph.modulate(key, batchNorm(layers, `${key}.param_free_norm`, src, false), gamma, beta));
}

/** MobileNet's inverted residual: expand, depthwise, project, and the input added where the shapes allow. */
export function invertedResidual(
  layers: Layers,
  key: string,
  src: Tensor,
  block: BlockConfiguration,
  stride: 1 | 2,
): Tensor {
  const { graph, parameters } = layers;
  const { channels, hidden, expand, norm } = block;
  let x = src;
  let i = 0;
  if (expand) {
    x = conv(layers, `${key}.conv.0`, x, { channels: hidden, kernel: 1, bias: false });
    x = normRelu(layers, `${key}.conv.1`, x);
    i = 3;
  }
  const weight = parameters(`${key}.conv.${i}.weight`, [hidden, 1, 3, 3]);
  x = graph.conv2d(`${key}.conv.${i}`, x, {
    weight,
    outChannels: hidden,
    kernel: [3, 3],
    stride,
    padding: 1,
    groups: hidden,
  });
  x = normRelu(layers, `${key}.conv.${i + 1}`, x);
  x = conv(layers, `${key}.conv.${i + 3}`, x, { channels, kernel: 1, bias: false });
  if (norm) x = batchNorm(layers, `${key}.conv.${i + 4}`, x);
  return stride === 1 && channelsOf(src) === channels ? graph.add(`${key}.add`, src, x) : x;
}
