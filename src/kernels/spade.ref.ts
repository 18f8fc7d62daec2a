import { gridSampleRef } from './grid-sample.ref';
import { interpolateRef } from './interpolate.ref';
import type { PixelIndex } from './taps';
import { volume, type Volume } from './volume';

export interface SpadeArgs {
  readonly content?: { readonly map: Volume; readonly index: PixelIndex } | undefined;
  readonly warped?: { readonly feature: Volume; readonly field: Volume; readonly index: PixelIndex } | undefined;
  /** Gamma, then beta: twice the channels of the result. */
  readonly modulation: { readonly map: Volume; readonly index: PixelIndex };
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
}

/** relu((scale * x + shift) * (1 + gamma) + beta), x = cat(content, grid_sample(feature, field)). */
export function spadeRef({ content, warped, modulation, scale, shift }: SpadeArgs): Volume {
  const parts = [
    ...(content ? [interpolateRef(content.map, content.index)] : []),
    ...(warped ? [gridSampleRef(warped.feature, interpolateRef(warped.field, warped.index))] : []),
  ];
  const x = parts.flatMap((part) => [...part.data]);
  const { data, height, width } = interpolateRef(modulation.map, modulation.index);
  const dst = volume(scale.length, height, width);
  const pixels = height * width;
  for (let i = 0; i < dst.data.length; i++) {
    const c = Math.floor(i / pixels);
    const gamma = data[i]!;
    const beta = data[dst.data.length + i]!;
    dst.data[i] = Math.max((x[i]! * scale[c]! + shift[c]!) * (1 + gamma) + beta, 0);
  }
  return dst;
}
