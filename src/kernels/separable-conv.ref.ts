import { conv2dRef } from './conv2d.ref';
import type { Activation } from './epilogue';
import { separableRef, type SeparableArgs } from './separable.ref';
import { convTaps, nearestIndex } from './taps';
import type { Volume } from './volume';

export interface SeparableConvArgs extends Omit<SeparableArgs, 'outChannels' | 'residual' | 'stride' | 'index'> {
  readonly hiddenChannels: number;
  readonly conv: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly activation: Activation;
  readonly outChannels: number;
}

/** Nearest x 2, depthwise 3 x 3 with relu, 1 x 1 projection, then a 3 x 3 convolution of padding 1. */
export function separableConvRef({
  hiddenChannels,
  conv,
  activation,
  outChannels,
  ...separable
}: SeparableConvArgs): Volume {
  const { height, width } = separable.src;
  const index = { rows: nearestIndex(height, height * 2), cols: nearestIndex(width, width * 2) };
  const src = separableRef({ ...separable, index, stride: 1, outChannels: hiddenChannels });
  const taps = { rows: convTaps(src.height, 3, 1, 1), cols: convTaps(src.width, 3, 1, 1) };
  return conv2dRef({ src, ...conv, kernel: [3, 3], taps, outChannels, activation });
}
