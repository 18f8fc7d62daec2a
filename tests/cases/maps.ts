import { convTaps, nearestIndex, type PixelIndex } from '../../src/kernels/taps';
import { channelCount, type Layout } from '../../src/kernels/layout';
import { EXACT, map, random, single, SUM, TRUNCATION, type Case, type Tolerance } from './case';

const indexBetween = (src: Layout, dst: Layout): PixelIndex => ({
  rows: nearestIndex(src.height, dst.height),
  cols: nearestIndex(src.width, dst.width),
});

const SAMPLING: Tolerance = {
  atol: 2e-5,
  rtol: 1e-5,
  reason:
    'a float32 coordinate of a few dozen pixels carries 2^-19 of error into the weights of four values of order one',
};

function interpolate(name: string, src: Layout, height: number, width: number): Case {
  const dst = { ...src, height, width };
  return single(name, 'interpolate', 'interpolate', { src }, { index: indexBetween(src, dst) }, dst, EXACT);
}

/** `reach` scales the coordinates: above 1 some of them lie outside. */
function gridSample(name: string, feature: Layout, field: Layout, reach: number): Case {
  const index = indexBetween(field, feature);
  const built = single(name, 'grid-sample', 'grid_sample', { feature, field }, { index }, feature, SAMPLING);
  return withField(built, reach);
}

function withField(built: Case, reach: number): Case {
  const field = built.inputs.get('field');
  if (!field || !('data' in field)) return built;
  return { ...built, inputs: new Map(built.inputs).set('field', { ...field, data: field.data.map((v) => v * reach) }) };
}

interface SpadeShapes {
  content?: Layout;
  feature?: Layout;
  field?: Layout;
  modulation: readonly [height: number, width: number];
}

function spade(
  name: string,
  height: number,
  width: number,
  { content, feature, field, modulation }: SpadeShapes,
): Case {
  const channels = [...(content?.channels ?? []), ...(feature?.channels ?? [])];
  const dst = { channels, height, width };
  const count = channelCount(dst);
  const small = map(...modulation, ...channels, ...channels);
  const inputs = {
    ...(content && { content }),
    ...(feature && { feature }),
    ...(field && { field }),
    modulation: small,
  };
  const attrs = {
    scale: random(`${name} scale`, count, 2),
    shift: random(`${name} shift`, count),
    modulationIndex: indexBetween(small, dst),
    contentIndex: content && indexBetween(content, dst),
    fieldIndex: field && indexBetween(field, dst),
  };
  return withField(single(name, 'spade', 'spade', inputs, attrs, dst, SAMPLING), 1.5);
}

/** `hidden` is what the modulation is convolved from; `part` is the one that is read. */
function spadeConv2d(
  name: string,
  hidden: Layout,
  { content, feature, field, part }: Omit<SpadeShapes, 'modulation'> & { part?: number },
): Case {
  const dst = { ...hidden, channels: [...(content?.channels ?? []), ...(feature?.channels ?? [])] };
  const count = channelCount(dst);
  const inputs = { src: hidden, ...(content && { content }), ...(feature && { feature }), ...(field && { field }) };
  const attrs = {
    ...dense(name, 2 * count, (part === undefined ? channelCount(hidden) : hidden.channels[part]!) * 9),
    kernel: [3, 3] as const,
    taps: { rows: convTaps(hidden.height, 3, 1, 1), cols: convTaps(hidden.width, 3, 1, 1) },
    part,
    scale: random(`${name} scale`, count, 2),
    shift: random(`${name} shift`, count),
    contentIndex: content && indexBetween(content, dst),
    fieldIndex: field && indexBetween(field, dst),
  };
  return withField(single(name, 'spade-conv2d', 'spade_conv2d', inputs, attrs, dst, SAMPLING), 1.5);
}

const dense = (name: string, out: number, fanIn: number): { weight: Float64Array; bias: Float64Array } => ({
  weight: random(`${name} weight`, out * fanIn, 2 ** -Math.floor(Math.log2(fanIn) / 2)),
  bias: random(`${name} bias`, out),
});

function separable(name: string, src: Layout, out: number, options: { up?: number; residual?: boolean } = {}): Case {
  const { up = 1, residual = false } = options;
  const dst = map(src.height * up, src.width * up, out);
  const hidden = channelCount(src);
  const attrs = {
    index: indexBetween(src, dst),
    stride: 1 as const,
    depthwise: dense(`${name} depthwise`, hidden, 9),
    project: dense(`${name} project`, out, hidden),
  };
  return single(name, 'separable', 'separable', { src, ...(residual && { residual: dst }) }, attrs, dst, SUM);
}

function separableConv(
  name: string,
  src: Layout,
  [middle, out]: readonly [number, number],
  options: { activation?: 'none' | 'tanh'; bytes?: boolean } = {},
): Case {
  const { activation = 'tanh', bytes = false } = options;
  const dst = map(src.height * 2, src.width * 2, bytes ? 4 : out);
  const attrs = {
    depthwise: dense(`${name} depthwise`, channelCount(src), 9),
    project: dense(`${name} project`, middle, channelCount(src)),
    conv: dense(`${name} conv`, out, middle * 9),
    activation,
  };
  const format = bytes ? 'rgba8' : 'map';
  const tolerance = bytes ? TRUNCATION : SUM;
  return single(name, 'separable-conv', 'separable_conv', { src }, attrs, dst, tolerance, format);
}

function invertedResidual(
  name: string,
  src: Layout,
  hidden: number,
  out: number,
  options: { stride?: 1 | 2; up?: 1 | 2; residual?: boolean } = {},
): Case {
  const { stride = 1, up = 1, residual = false } = options;
  const dst = map(Math.ceil((src.height * up) / stride), Math.ceil((src.width * up) / stride), out);
  const attrs = {
    stride,
    up,
    hiddenChannels: hidden,
    expand: dense(`${name} expand`, hidden, channelCount(src)),
    depthwise: dense(`${name} depthwise`, hidden, 9),
    project: dense(`${name} project`, out, hidden),
  };
  return single(
    name,
    'inverted-residual',
    'inverted_residual',
    { src, ...(residual && { residual: dst }) },
    attrs,
    dst,
    SUM,
  );
}

function expandDepthwise(
  name: string,
  src: Layout,
  hidden: number,
  options: { stride?: 1 | 2; up?: 1 | 2 } = {},
): Case {
  const { stride = 1, up = 1 } = options;
  const dst = map(Math.ceil((src.height * up) / stride), Math.ceil((src.width * up) / stride), hidden);
  const attrs = {
    stride,
    up,
    expand: dense(`${name} expand`, hidden, channelCount(src)),
    depthwise: dense(`${name} depthwise`, hidden, 9),
  };
  return single(name, 'expand-depthwise', 'expand_depthwise', { src }, attrs, dst, SUM);
}

export const MAP_CASES: Case[] = [
  interpolate('doubling', map(5, 7, 6), 10, 14),
  interpolate('16 to 90, no whole ratio', map(16, 16, 3, 5), 90, 90),
  interpolate('shrinking', map(23, 36, 4), 7, 5),
  interpolate('one pixel', map(1, 1, 1), 3, 2),
  gridSample('same size', map(16, 16, 5), map(16, 16, 2), 0.8),
  gridSample('beyond the border', map(20, 24, 28), map(20, 24, 2), 1.5),
  gridSample('field of another size', map(45, 45, 12), map(32, 32, 2), 1),
  gridSample('far outside', map(8, 8, 8), map(32, 32, 2), 1000),
  gridSample('one pixel', map(1, 1, 3), map(1, 1, 2), 1),
  spade('of a plain map', 12, 12, { content: map(12, 12, 5), modulation: [12, 12] }),
  spade('of a warped map', 16, 16, { feature: map(16, 16, 9), field: map(16, 16, 2), modulation: [16, 16] }),
  spade('of a concatenation, everything resized', 20, 18, {
    content: map(10, 9, 6),
    feature: map(20, 18, 7),
    field: map(16, 16, 2),
    modulation: [9, 13],
  }),
  spadeConv2d('of a plain map', map(12, 13, 9), { content: map(12, 13, 5) }),
  spadeConv2d('of a warped map', map(9, 16, 12), { feature: map(9, 16, 9), field: map(16, 16, 2) }),
  spadeConv2d('of a concatenation, second part of the modulation', map(18, 20, 3, 5), {
    content: map(9, 10, 6),
    feature: map(18, 20, 7),
    field: map(18, 20, 2),
    part: 1,
  }),
  separable('few channels', map(13, 17, 12), 5, { residual: true }),
  separable('two output blocks', map(16, 16, 48), 8),
  separable('three output blocks', map(9, 9, 20), 12, { residual: true }),
  separable('seven output blocks', map(9, 10, 36), 28),
  separable('after nearest x2', map(7, 6, 10), 14, { up: 2 }),
  separable('one pixel', map(1, 1, 3), 2),
  separableConv('odd sizes and channels', map(17, 37, 7), [5, 3]),
  separableConv('three hidden blocks, no activation', map(14, 9, 11), [6, 2], { activation: 'none' }),
  separableConv('even sizes', map(12, 18, 8), [16, 3]),
  separableConv('to bytes', map(10, 20, 8), [16, 3], { bytes: true }),
  separableConv('one pixel', map(1, 1, 3), [2, 1]),
  expandDepthwise('several tiles, odd channels', map(33, 35, 10), 30),
  expandDepthwise('of a concatenation', map(16, 20, 3, 5), 24),
  expandDepthwise('stride 2', map(18, 34, 8), 17, { stride: 2 }),
  expandDepthwise('after nearest x2', map(9, 19, 6), 12, { up: 2 }),
  expandDepthwise('one pixel', map(1, 1, 3), 5),
  invertedResidual('two output blocks, residual', map(20, 19, 8), 48, 8, { residual: true }),
  invertedResidual('odd channels', map(17, 33, 14), 84, 5),
  invertedResidual('stride 2', map(18, 34, 8), 48, 12, { stride: 2 }),
  invertedResidual('stride 2 of an odd size', map(17, 15, 12), 72, 28, { stride: 2 }),
  invertedResidual('eight output blocks', map(16, 16, 6), 12, 31),
  invertedResidual('after nearest x2', map(9, 19, 14), 84, 8, { up: 2, residual: true }),
  invertedResidual('seventeen output blocks', map(18, 17, 20), 40, 67, { residual: true }),
  invertedResidual('one pixel', map(1, 1, 3), 6, 3, { residual: true }),
];
