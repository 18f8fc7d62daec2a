import { resizeCoefficients } from './resize-coefficients';

/**
 * One axis of Pillow's BILINEAR resize of RGBA bytes: the axis whose size changes (horizontal where none does). Whole
 * numbers throughout, so it is the same to the byte.
 */
export function resizeImageRef(
  rgba: Uint8Array,
  inWidth: number,
  inHeight: number,
  width: number,
  height: number,
): Uint8Array {
  const vertical = height !== inHeight;
  const { support, start, weights } = vertical
    ? resizeCoefficients(inHeight, height)
    : resizeCoefficients(inWidth, width);
  const result = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const o = vertical ? y : x;
      for (let c = 0; c < 4; c++) {
        let sum = 2 ** 21;
        for (let k = 0; k < support; k++) {
          const weight = weights[o * support + k]!;
          if (weight === 0) continue;
          const at = start[o]! + k;
          sum += weight * rgba[(vertical ? at * inWidth + x : y * inWidth + at) * 4 + c]!;
        }
        result[(y * width + x) * 4 + c] = Math.min(Math.max(Math.floor(sum / 2 ** 22), 0), 255);
      }
    }
  }
  return result;
}
