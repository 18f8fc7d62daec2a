import { conv2dRef } from './conv2d.ref';
import { separableRef, type SeparableArgs } from './separable.ref';
import { convTaps, nearestIndex } from './taps';
import type { Volume } from './volume';

export interface InvertedResidualArgs extends Omit<SeparableArgs, 'index'> {
  readonly up: number;
  readonly expand: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly hiddenChannels: number;
}

/** 1 x 1 expansion with relu, nearest upsampling, then the separable rest. */
export function invertedResidualRef({ src, up, expand, hiddenChannels, ...rest }: InvertedResidualArgs): Volume {
  const { height, width } = src;
  const taps = { rows: convTaps(height, 1, 1, 0), cols: convTaps(width, 1, 1, 0) };
  const hidden = conv2dRef({ src, ...expand, kernel: [1, 1], taps, outChannels: hiddenChannels, activation: 'relu' });
  const index = { rows: nearestIndex(height, height * up), cols: nearestIndex(width, width * up) };
  return separableRef({ ...rest, src: hidden, index });
}
