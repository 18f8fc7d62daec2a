/** The middle of the sorted values, the mean of the middle two where their number is even; NaN of none. */
export const median = (values: readonly number[]): number =>
  (quantile(values, 0.5, 'lower') + quantile(values, 0.5, 'upper')) / 2;

/** The smallest value that at least 95 % of the values do not exceed; NaN of none. */
export const p95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? NaN;

/** Median absolute deviation from the median: the spread that one slow frame does not move. */
export function medianDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

function quantile(values: readonly number[], q: number, side: 'lower' | 'upper'): number {
  const at = (values.length - 1) * q;
  return [...values].sort((a, b) => a - b)[side === 'lower' ? Math.floor(at) : Math.ceil(at)] ?? NaN;
}

/** Peak signal-to-noise ratio of bytes, in dB; infinite where they are equal. */
export function psnr(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < expected.length; i++) squares += (actual[i]! - expected[i]!) ** 2;
  return 10 * Math.log10((255 ** 2 * expected.length) / squares);
}

/** Summary of the times of frames, in milliseconds. */
export interface FrameTimes {
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  /** Median absolute deviation. */
  readonly mad: number;
}

export const frameTimes = (milliseconds: readonly number[]): FrameTimes => ({
  median: median(milliseconds),
  p95: p95(milliseconds),
  min: Math.min(...milliseconds),
  mad: medianDeviation(milliseconds),
});
