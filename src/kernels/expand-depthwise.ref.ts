import { conv2dRef } from './conv2d.ref';
import { depthwiseRef } from './depthwise.ref';
import { interpolateRef } from './interpolate.ref';
import { convTaps, nearestIndex } from './taps';
import type { Volume } from './volume';

export interface ExpandDepthwiseArgs {
  readonly src: Volume;
  readonly expand: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly depthwise: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly stride: number;
  readonly up: number;
  readonly hiddenChannels: number;
}

/** 1 x 1 expansion with relu, nearest upsampling, depthwise 3 x 3 with relu: the parts one after another. */
export function expandDepthwiseRef({
  src,
  expand,
  depthwise,
  stride,
  up,
  hiddenChannels,
}: ExpandDepthwiseArgs): Volume {
  const { height, width } = src;
  const pointTaps = { rows: convTaps(height, 1, 1, 0), cols: convTaps(width, 1, 1, 0) };
  const outChannels = hiddenChannels;
  const expanded = conv2dRef({ src, ...expand, kernel: [1, 1], taps: pointTaps, outChannels, activation: 'relu' });
  const index = { rows: nearestIndex(height, height * up), cols: nearestIndex(width, width * up) };
  const large = interpolateRef(expanded, index);
  const taps = { rows: convTaps(large.height, 3, stride, 1), cols: convTaps(large.width, 3, stride, 1) };
  return depthwiseRef({ src: large, ...depthwise, kernel: [3, 3], taps, activation: 'relu' });
}
