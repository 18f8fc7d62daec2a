import type { Activation } from '../../src/kernels/epilogue';
import { channelCount, type Layout } from '../../src/kernels/layout';
import { convTaps, nearestIndex, throughIndex } from '../../src/kernels/taps';
import { map, random, single, SUM, type Case } from './case';

interface ConvOptions {
  kernel?: readonly [number, number];
  stride?: number;
  padding?: number;
  activation?: Activation;
  addend?: boolean;
  residual?: 'same' | 'half';
  /** Nearest upsampling worked into the taps. */
  up?: number;
  /** Part of the source that is read. */
  part?: number;
}

/** Scaled so that results stay of order one whatever the fan-in. */
const weights = (name: string, count: number, fanIn: number): Float64Array =>
  random(name, count, 2 ** -Math.floor(Math.log2(fanIn) / 2));

function conv(
  kernelName: string,
  name: string,
  src: Layout,
  outChannels: number | 'depthwise',
  options: ConvOptions = {},
): Case {
  const { kernel = [3, 3], stride = 1, padding = 1, activation = 'none', addend, residual, up = 1, part } = options;
  const axis = (size: number, k: number): Int32Array =>
    throughIndex(convTaps(size * up, k, stride, padding), nearestIndex(size, size * up));
  const taps = { rows: axis(src.height, kernel[0]), cols: axis(src.width, kernel[1]) };
  const inChannels = part === undefined ? channelCount(src) : src.channels[part]!;
  const isDepthwise = outChannels === 'depthwise';
  const out = isDepthwise ? inChannels : outChannels;
  const fanIn = (isDepthwise ? 1 : inChannels) * kernel[0] * kernel[1];
  const dst = {
    channels: isDepthwise ? src.channels : [out],
    height: taps.rows.length / kernel[0],
    width: taps.cols.length / kernel[1],
  };
  const inputs = {
    src,
    ...(addend && { addend: dst }),
    ...(residual && { residual: residual === 'same' ? dst : { ...dst, height: dst.height / 2, width: dst.width / 2 } }),
  };
  const attrs = {
    weight: weights(`${name} weight`, out * fanIn, fanIn),
    bias: random(`${name} bias`, out),
    kernel,
    taps,
    part,
    groups: isDepthwise ? inChannels : 1,
    activation,
  };
  return single(name, kernelName, 'conv2d', inputs, attrs, dst, SUM);
}

const pointwise = (name: string, src: Layout, out: number, options: ConvOptions = {}): Case =>
  conv('pointwise', name, src, out, { kernel: [1, 1], padding: 0, ...options });

function transposed(name: string, src: Layout, out: number, kernel: readonly [number, number], stride: number): Case {
  const dst = map((src.height - 1) * stride + kernel[0], (src.width - 1) * stride + kernel[1], out);
  const fanIn = channelCount(src);
  const weight = weights(`${name} weight`, fanIn * out * kernel[0] * kernel[1], fanIn);
  const attrs = { weight, bias: random(`${name} bias`, out), kernel, stride, activation: 'relu' as const };
  return single(name, 'conv-transpose2d', 'conv_transpose2d', { src }, attrs, dst, SUM);
}

function poseEncoder(name: string, inputs: number, hidden: Layout, out: number, kernel: number): Case {
  const dst = map(hidden.height * kernel, hidden.width * kernel, out);
  const layer = (what: string, from: number, to: number, size: readonly [number, number], stride: number) => ({
    weight: weights(`${name} ${what}`, from * to * size[0] * size[1], from),
    bias: random(`${name} ${what} bias`, to),
    kernel: size,
    stride,
    activation: what === 'first' ? ('relu' as const) : ('none' as const),
  });
  const middle = channelCount(hidden);
  const attrs = {
    first: layer('first', inputs, middle, [hidden.height, hidden.width], 1),
    second: layer('second', middle, out, [kernel, kernel], kernel),
    hidden,
  };
  return single(name, 'pose-encoder', 'pose_encoder', { src: map(1, 1, inputs) }, attrs, dst, SUM);
}

export const CONVOLUTION_CASES: Case[] = [
  poseEncoder('as published', 6, map(4, 4, 64), 32, 4),
  poseEncoder('odd sizes and channels', 5, map(3, 2, 7), 9, 3),
  conv('conv2d', '3x3 of the second part', map(9, 12, 6, 5, 3), 10, { part: 1 }),
  conv('conv2d', '1x1 of the first part', map(7, 7, 5, 4), 6, { part: 0, kernel: [1, 1], padding: 0 }),
  conv('conv2d', '3x3 odd size and channels', map(17, 23, 3), 16),
  conv('conv2d', '4x4 stride 2 of a concatenation', map(24, 20, 3, 3, 3), 32, {
    kernel: [4, 4],
    stride: 2,
    activation: 'relu',
  }),
  conv('conv2d', '3x3 of one pixel and one channel', map(1, 1, 1), 1),
  conv('conv2d', '3x3 of one row', map(1, 19, 5), 7),
  conv('conv2d', '3x3 of one column', map(19, 1, 5), 7),
  conv('conv2d', '1x3 without padding', map(6, 9, 6), 5, { kernel: [1, 3], padding: 0 }),
  conv('conv2d', '7x5 stride 3', map(16, 18, 4), 9, { kernel: [7, 5], stride: 3, padding: 2 }),
  conv('conv2d', '3x3 after nearest x2', map(7, 9, 12), 10, { up: 2, activation: 'relu' }),
  conv('conv2d', '3x3 after nearest x2 of one pixel', map(1, 1, 3), 2, { up: 2, residual: 'same' }),
  conv('conv2d', '3x3 after nearest x5, all ways to join taps', map(6, 4, 5), 13, { up: 5, addend: true }),
  conv('conv2d', '4x4 stride 2 after nearest x3', map(6, 8, 5), 4, { up: 3, kernel: [4, 4], stride: 2 }),
  conv('conv2d', '1x1 stride 2', map(9, 11, 8), 8, { kernel: [1, 1], stride: 2, padding: 0 }),
  conv('conv2d', '3x3 wide and deep', map(8, 8, 130), 70, { residual: 'same' }),
  conv('conv2d', '3x3 with addend, relu, residual', map(10, 12, 9), 13, {
    addend: true,
    activation: 'relu',
    residual: 'same',
  }),
  conv('conv2d', '3x3 to two channels with half-size residual', map(12, 16, 16), 2, { residual: 'half' }),
  conv('conv2d', '3x3 to three channels with tanh', map(11, 13, 16), 3, { activation: 'tanh' }),
  pointwise('odd channels', map(9, 31, 281), 140),
  pointwise('one pixel', map(1, 1, 5), 3),
  pointwise('seven pixels, one block', map(7, 1, 4), 4),
  pointwise('nine pixels, three blocks', map(3, 3, 6), 12, { activation: 'relu' }),
  pointwise('of a concatenation', map(12, 12, 14, 7), 24),
  pointwise('with addend, relu, residual', map(6, 10, 13), 11, { addend: true, activation: 'relu', residual: 'same' }),
  pointwise('with half-size residual', map(6, 10, 8), 8, { residual: 'half' }),
  conv('depthwise', '3x3', map(19, 13, 12), 'depthwise', { activation: 'relu' }),
  conv('depthwise', '3x3 stride 2, odd channels', map(18, 22, 10), 'depthwise', { stride: 2 }),
  conv('depthwise', '3x3 stride 2 of an odd size', map(17, 21, 3, 5), 'depthwise', { stride: 2 }),
  conv('depthwise', '5x3 of one pixel', map(1, 1, 3), 'depthwise', { kernel: [5, 3], padding: 2 }),
  conv('depthwise', '3x3 after nearest x2 with residual', map(5, 7, 6), 'depthwise', { up: 2, residual: 'same' }),
  transposed('one pixel to 4x4', map(1, 1, 6), 64, [4, 4], 1),
  transposed('4x4 to 16x16', map(4, 4, 64), 32, [4, 4], 4),
  transposed('overlapping, odd channels', map(5, 3, 7), 9, [3, 4], 2),
];
