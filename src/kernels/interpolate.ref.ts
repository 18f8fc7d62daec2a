import type { PixelIndex } from './taps';
import { volume, type Volume } from './volume';

/** Nearest resizing: torch.nn.functional.interpolate(mode = 'nearest') with the index of taps.ts. */
export function interpolateRef(src: Volume, { rows, cols }: PixelIndex): Volume {
  const dst = volume(src.channels, rows.length, cols.length);
  for (let c = 0; c < dst.channels; c++) {
    for (let y = 0; y < dst.height; y++) {
      for (let x = 0; x < dst.width; x++) {
        dst.data[(c * dst.height + y) * dst.width + x] = src.data[(c * src.height + rows[y]!) * src.width + cols[x]!]!;
      }
    }
  }
  return dst;
}
