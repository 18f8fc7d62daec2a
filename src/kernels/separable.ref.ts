import { conv2dRef } from './conv2d.ref';
import { depthwiseRef } from './depthwise.ref';
import { interpolateRef } from './interpolate.ref';
import { convTaps, type PixelIndex } from './taps';
import type { Volume } from './volume';

export interface SeparableArgs {
  readonly src: Volume;
  readonly index: PixelIndex;
  readonly stride: number;
  readonly depthwise: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly project: { readonly weight: ArrayLike<number>; readonly bias?: ArrayLike<number> | undefined };
  readonly outChannels: number;
  readonly residual?: Volume | undefined;
}

/** Nearest resizing, depthwise 3 x 3 with relu, 1 x 1 projection, residual: the parts one after another. */
export function separableRef({ src, index, stride, depthwise, project, outChannels, residual }: SeparableArgs): Volume {
  const resized = interpolateRef(src, index);
  const hidden = depthwiseRef({
    src: resized,
    ...depthwise,
    kernel: [3, 3],
    taps: { rows: convTaps(resized.height, 3, stride, 1), cols: convTaps(resized.width, 3, stride, 1) },
    activation: 'relu',
  });
  const taps = { rows: convTaps(hidden.height, 1, 1, 0), cols: convTaps(hidden.width, 1, 1, 0) };
  return conv2dRef({ src: hidden, ...project, kernel: [1, 1], taps, outChannels, residual });
}
