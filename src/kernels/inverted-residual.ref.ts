import { conv2dRef } from './conv2d.ref';
import { separableRef, type SeparableArgs } from './separable.ref';
import { convTaps } from './taps';
import type { Volume } from './volume';

export interface InvertedResidualArgs extends Omit<SeparableArgs, 'index'> {
  readonly expand: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly hiddenChannels: number;
}

/** 1 x 1 expansion with relu, then the separable rest. */
export function invertedResidualRef({ src, expand, hiddenChannels, ...rest }: InvertedResidualArgs): Volume {
  const taps = { rows: convTaps(src.height, 1, 1, 0), cols: convTaps(src.width, 1, 1, 0) };
  const hidden = conv2dRef({ src, ...expand, kernel: [1, 1], taps, outChannels: hiddenChannels, activation: 'relu' });
  return separableRef({ ...rest, src: hidden, index: taps });
}
