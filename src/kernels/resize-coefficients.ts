/** Fixed-point bits of a coefficient: a byte times a coefficient, summed, must fit 32 bits. */
const PRECISION_BITS = 22;

export interface ResizeCoefficients {
  /** Most input pixels that one output pixel reads. */
  readonly support: number;
  /** First input pixel of each output pixel. */
  readonly start: Int32Array;
  /** `support` weights an output pixel, zero beyond the last input pixel it reads. */
  readonly weights: Int32Array;
}

/**
 * The triangle filter that Pillow's BILINEAR uses to bring `input` pixels to `output`: as wide as one output pixel where
 * it shrinks, so that nothing is skipped (Pillow's Resample.c; eight-bit pixels, coefficients in 22-bit fixed point).
 */
export function resizeCoefficients(input: number, output: number): ResizeCoefficients {
  const scale = input / output;
  const reach = Math.max(scale, 1);
  const support = Math.ceil(reach) * 2 + 1;
  const start = new Int32Array(output);
  const weights = new Int32Array(output * support);
  for (let o = 0; o < output; o++) {
    const center = (o + 0.5) * scale;
    const first = Math.max(Math.trunc(center - reach + 0.5), 0);
    const end = Math.min(Math.trunc(center + reach + 0.5), input);
    start[o] = first;
    const triangle = Array.from({ length: end - first }, (_, k) =>
      Math.max(1 - Math.abs((first + k - center + 0.5) / reach), 0),
    );
    const sum = triangle.reduce((a, b) => a + b, 0);
    triangle.forEach(
      (weight, k) => (weights[o * support + k] = Math.trunc((weight / sum) * 2 ** PRECISION_BITS + 0.5)),
    );
  }
  return { support, start, weights };
}
